import Foundation
import Testing

/// Key scripts and recordings.
@Suite struct RecordingTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The recording that comes with the project is one of its demo, and plays to the end.
    @Test func theRecordingOfTheDemoPlays() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let text = try String(contentsOf: root.appending(path: ".tour/demo.cast"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        let header = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
        let (columns, rows) = (header?["width"] as? Int ?? 0, header?["height"] as? Int ?? 0)
        #expect(header?["version"] as? Int == 2 && columns == 100 && rows == 30)
        var screen = VirtualScreen(columns: columns, rows: rows)
        var seen: Set<String> = []
        var hasPairs = false
        let signs = [
            "resnet32-signs", "31/31", "Sample ", "Layers alike", "of variance", "by layer",
            "M = r · AQ · (1 − EQ)", "units out",
        ]
        for line in lines.dropFirst() {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            screen.feed(Array(try #require(event[2] as? String).utf8))
            seen.formUnion(signs.filter { screen.text.contains($0) })
            hasPairs = hasPairs || screen.lines[1].contains(" ↔ ")
        }
        #expect(hasPairs, "the strongest wrong edges between two classes")
        #expect(seen == Set(signs), "missing: \(Set(signs).subtracting(seen))")
        #expect(screen.unknown == [])
    }

    @Test func aScriptDrivesAndARecordingShowsTheSame() throws {
        let keys = try folder.write(
            Array("wait done\npress Home l l\ntype 4f\npress M\nwait 0.2\n".utf8), as: "talk.keys")
        let session = try TerminalSession(
            ["explore"] + folder.writeInputs() + ["--keys", keys, "--record", folder("talk.cast")], in: folder)
        try session.wait("the end of the script") {
            $0.text.contains("▸ 3 ") && $0.lines[1].hasPrefix("╭─ layer1.0.conv2")
        }
        let seen = session.screen.text
        // The file is there once the recording has ended.
        #expect(!FileManager.default.fileExists(atPath: folder("talk.cast")))
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        let lines = try String(contentsOfFile: folder("talk.cast"), encoding: .utf8).split(separator: "\n")
        let header = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
        #expect(header?["version"] as? Int == 2)
        #expect(header?["width"] as? Int == 120 && header?["height"] as? Int == 40)
        var screen = VirtualScreen(columns: 120, rows: 40)
        var last = 0.0
        var hasBeenSeen = false
        for line in lines.dropFirst() {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let seconds = try #require(event[0] as? Double)
            #expect(seconds >= last)
            last = seconds
            #expect(event[1] as? String == "o")
            screen.feed(Array(try #require(event[2] as? String).utf8))
            hasBeenSeen = hasBeenSeen || screen.text == seen
        }
        #expect(hasBeenSeen)
        #expect(screen.unknown == [])
    }

    /// Where files may not be long enough for frames, nothing is recorded, and what was there stays.
    @Test(.enabled(if: !Program.isSanitized, "sanitizers write longer files"))
    func aRecordingThatFindsNoRoomLeavesWhatWasThere() throws {
        _ = try folder.write(Array("before".utf8), as: "talk.cast")
        let session = try TerminalSession(
            ["explore"] + folder.writeInputs() + ["--record", folder("talk.cast")], in: folder,
            environment: ["SEPAL_TEST_SETUP": "ulimit -f 512"])
        #expect(try session.waitForEnd() == 74)
        #expect(session.leftBehind == [])
        #expect(session.errors.contains("talk.cast: cannot be written: File too large"), "\(session.errors)")
        #expect(folder.text(of: "talk.cast") == "before")
    }

    @Test func aScriptCanLeave() throws {
        let keys = try folder.write(Array("wait done\npress q\n".utf8), as: "talk.keys")
        let session = try TerminalSession(["explore"] + folder.writeInputs() + ["--keys", keys], in: folder)
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
    }

    @Test func playingGoesRound() throws {
        let session = try TerminalSession(
            ["explore"] + folder.writeInputs() + ["--play", "0.05", "--loop"], in: folder)
        try session.wait("the last layer") { $0.shows("layer3.0.conv2", "layer 7/7") }
        // Any of them: one may go by unseen.
        try session.wait("a layer before it") { $0.lines[1].contains(/\ [1-6]\/7/) }
        try session.wait("the last layer again") { $0.lines[1].contains(" 7/7") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
    }
}
