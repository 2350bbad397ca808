import Foundation
import RunStore
import Separation
import Testing

/// Jobs that die, and disks that fill up: what was finished stays, and the job goes on from there to the same figures.
@Suite struct CrashTests {
    private let folder: ScratchFolder
    private let path: String
    private let command: [String]

    init() throws {
        folder = try ScratchFolder()
        path = folder("run.sepal")
        command = try ["analyze"] + folder.writeInputs(SmallImages(count: 240)) + ["--threads", "1", "-o", path]
    }

    /// What a run has found, layer by layer, but for the time it took.
    private func figures(_ path: String) throws -> (layers: [JSONValue], isComplete: Bool) {
        let report = try Program.run(["report", path, "--json"], in: folder)
        #expect(report.end == .exited(0), "\(report)")
        let json = try report.json()
        return ((json["layers"]?.elements ?? []).map { $0.without("seconds") }, json["complete"] == .bool(true))
    }

    /// Flags need the whole curve, and there are none for a part of it.
    private func withoutFlags(_ layer: JSONValue) -> JSONValue {
        layer.names.filter { $0.lowercased().contains("flag") }.reduce(layer) { $0.without($1) }
    }

    /// All that a run holds, byte by byte, but for the time that layers took.
    private struct Content: Equatable {
        var layers: [LayerResult?]
        var geometry: [LayerGeometry?]
        var pictures: [Thumbnail?]

        init(_ path: String) throws {
            let store = try RunStore.open(path: path)
            defer { store.close() }
            layers = try store.results().map { result in
                var result = result
                result?.seconds = 0
                return result
            }
            geometry = try layers.indices.map { try store.geometry(layer: $0) }
            pictures = try (0..<store.header().samples).map { try store.thumbnail($0) }
        }

        var finished: Int { layers.count { $0 != nil } }

        /// What is there of `whole`, and nothing else.
        func isPart(of whole: Content) -> Bool {
            func isPart<Value: Equatable>(_ own: [Value?], _ all: [Value?]) -> Bool {
                own.count == all.count && zip(own, all).allSatisfy { $0 == nil || $0 == $1 }
            }
            return isPart(layers, whole.layers) && isPart(geometry, whole.geometry) && isPart(pictures, whole.pictures)
        }
    }

    /// An undisturbed run's figures.
    private func undisturbed() throws -> [JSONValue] {
        let run = try Program.run(command.dropLast() + [folder("whole.sepal")], in: folder)
        #expect(run.end == .exited(0), "\(run)")
        return try figures(folder("whole.sepal")).layers
    }

    /// Killed once it has said that so many layers are finished, and a little later than that: wherever that is.
    @Test func killedAtAnyMoment() throws {
        let kills = TerminalSetting.isThorough ? 50 : 7
        let figuresOfAll = try undisturbed()
        let whole = try Content(folder("whole.sepal"))
        #expect(whole.finished == SmallNetwork.layers.count)
        var moments = Numbers(seed: 5)
        var kept = 0
        var counts: Set<Int> = []
        for kill in 0..<kills {
            let layers = kill % SmallNetwork.layers.count
            let child = try ChildProcess(
                Program.path(), command, environment: Program.environment(folder),
                streams: [.nothing, .nothing, .file(folder("said"))])
            let due: Bool? = Deadline().poll {
                let said = folder.text(of: "said").split(separator: "\n").count { $0.hasPrefix("layer ") }
                return said >= min(layers, SmallNetwork.layers.count - kept) || child.end() != nil ? true : nil
            }
            #expect(due == true)
            usleep(UInt32(moments.next() % 20_000))
            child.kill()
            guard FileManager.default.fileExists(atPath: path) else {
                #expect(kept == 0, "after \(kill) kills")
                continue
            }
            let content = try Content(path)
            counts.insert(content.finished)
            #expect(content.finished >= kept, "after \(kill) kills")
            #expect(content.isPart(of: whole), "after \(kill) kills")
            kept = content.finished
            if try figures(path).isComplete {
                #expect(content == whole, "after \(kill) kills")
                try FileManager.default.removeItem(atPath: path)
                kept = 0
            }
        }
        #expect(counts.contains { 0 < $0 && $0 < whole.finished }, "no kill came midway: \(counts)")
        let last = try Program.run(command, in: folder)
        #expect(last.end == .exited(0), "\(last)")
        #expect(try figures(path) == (figuresOfAll, true))
        #expect(try Content(path) == whole)
        // Nothing but the run and what a kill in the middle of its making may have left.
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains("run.sepal-wal") && !left.contains("run.sepal-shm"), "\(left)")
    }

    /// Two jobs write one file: the one that comes second to a layer gives up, the other doesn't notice.
    @Test func twoWriters() throws {
        let whole = try undisturbed()
        let other = try ChildProcess(
            Program.path(), command, environment: Program.environment(folder), streams: [.nothing, .nothing, .nothing])
        let one = try Program.run(command, in: folder)
        let end = try #require(Deadline().poll { other.end() })
        let ends = [one.end, end]
        #expect(ends.contains(.exited(0)), "\(ends), \(one)")
        if one.end != .exited(0) {
            #expect(one.end == .exited(74) || one.end == .exited(65), "\(one)")
            #expect(one.errorLines.last?.contains("run.sepal: ") == true, "\(one)")
        }
        let (layers, isComplete) = try figures(path)
        #expect(isComplete && layers == whole)
    }

    /// A file system of its own, that fills up within the job and is enlarged after it.
    @Test(.enabled(if: FullDisk.canBeMade, "needs leave to mount a file system in a namespace of its own"))
    func aFullDiskKeepsWhatWasFinished() throws {
        let whole = try undisturbed()
        let run = (try [Program.path()] + command.dropLast()).map { "'\($0)'" }.joined(separator: " ")
        let disk = folder("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        // Two thirds of what it takes, and SQLite's index of the companion file.
        let size = try Data(contentsOf: URL(filePath: folder("whole.sepal"))).count * 2 / 3 + 32768
        let script = """
            mount -t tmpfs -o size=\(size) none '\(disk)' || exit 99
            \(run) '\(disk)/run.sepal' >/dev/null 2>'\(folder("full.txt"))'; echo $? >'\(folder("code.txt"))'
            cp '\(disk)'/run.sepal* '\(folder.path)'
            mount -o remount,size=9m '\(disk)' || exit 98
            \(run) '\(disk)/run.sepal' >/dev/null 2>'\(folder("again.txt"))' || exit 97
            cp '\(disk)/run.sepal' '\(folder("enlarged.sepal"))'
            """
        #expect(try FullDisk.run(script, in: folder) == .exited(0), "\(folder.text(of: "again.txt"))")
        #expect(folder.text(of: "code.txt") == "74\n")
        let errors = folder.text(of: "full.txt")
        let last = errors.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("sepal: ") && last.contains("disk is full") && last.contains("make room"), "\(errors)")
        let (layers, isComplete) = try figures(path)
        #expect(!isComplete && (1..<whole.count).contains(layers.count), "\(layers.count) layers in \(size) bytes")
        #expect(layers.map(withoutFlags) == whole.prefix(layers.count).map(withoutFlags))
        let resumed = try figures(folder("enlarged.sepal"))
        #expect(resumed.isComplete && resumed.layers == whole)
    }
}

/// Small file systems, which nobody else sees.
private enum FullDisk {
    static let canBeMade: Bool = {
        guard let folder = try? ScratchFolder() else { return false }
        return (try? run("mount -t tmpfs -o size=64k none '\(folder.path)'", in: folder)) == .exited(0)
    }()

    static func run(_ script: String, in folder: ScratchFolder) throws -> ChildProcess.End? {
        let child = try ChildProcess(
            "/usr/bin/unshare", ["--mount", "--map-root-user", "/bin/sh", "-c", script],
            environment: Program.environment(folder), streams: [.nothing, .nothing, .nothing])
        return Deadline().poll { child.end() }
    }
}
