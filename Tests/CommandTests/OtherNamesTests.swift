import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Names that are bytes of another encoding than UTF-8, as old archives leave them.
@Suite struct OtherNamesTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Writes a file whose name ends with "ü" in Latin 1, if the file system takes that.
    private func write(_ bytes: [UInt8], _ start: String, _ ending: String) throws -> [CChar] {
        let path = folder(start).utf8CString.dropLast() + [CChar(bitPattern: 0xFC)] + ending.utf8CString
        let descriptor = open(Array(path), O_CREAT | O_WRONLY, 0o600)
        guard descriptor >= 0, Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Failure("open: \(errno)")
        }
        close(descriptor)
        return Array(path)
    }

    private func npy(_ type: String, _ dims: [Int], _ data: [UInt8]) -> [UInt8] {
        let dims = dims.map { "\($0)," }.joined()
        let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(dims)), }\n".utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(header.count)) + header + data
    }

    #if !canImport(Darwin)
        @Test func picturesAreAnalysedWithout() throws {
            let picture = try #require(Data(base64Encoded: Self.picture))
            for name in ["p/a", "p/b"] {
                try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
                for number in 0..<3 { try picture.write(to: URL(filePath: folder("\(name)/\(number).png"))) }
            }
            _ = try write(Array(picture), "p/a/k", "r.png")
            let network = try folder.write(SmallNetwork(classes: 2, channels: 3).bytes, as: "n.safetensors")
            let outcome = try Program.run(
                ["evaluate", network, "--data", folder("p"), "--norm", "none", "--json"], in: folder)
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(try outcome.json()["images"]?.number == 6, "\(outcome)")
            #expect(outcome.errors.contains("left out 1 files or folders whose names are not UTF-8"), "\(outcome)")
        }

        @Test func layersAreLeftOutWithANote() throws {
            try FileManager.default.createDirectory(atPath: folder("l"), withIntermediateDirectories: true)
            let labels = (0..<30).map { Int64($0 % 3) }
            let values = labels.flatMap { label in (0..<8).map { Float(($0 * 7 + Int(label) * 5) % 11) } }
            let layer = npy("<f4", [30, 8], values.flatMap { little($0.bitPattern) })
            for name in ["a", "b"] { _ = try folder.write(layer, as: "l/\(name).npy") }
            _ = try folder.write(npy("<i8", [30], labels.flatMap { little($0) }), as: "l/labels.npy")
            _ = try write(layer, "l/", ".npy")
            let outcome = try Program.run(["analyze", folder("l")], in: folder)
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(outcome.errors.contains("left out 1 files whose names are not UTF-8"), "\(outcome)")
        }

        /// Of a folder that is looked after it is said on the screen, as soon as such a file comes.
        @Test func checkpointsAreLeftOutWithANotice() throws {
            let images = try folder.writeInputs()[2]
            try FileManager.default.createDirectory(atPath: folder("c"), withIntermediateDirectories: true)
            let session = try TerminalSession(["explore", "--watch", folder("c"), "--data", images], in: folder)
            try session.wait("nothing to see yet") { $0.lines[0].contains("waiting for a checkpoint") }
            #expect(!session.screen.text.contains("left out"))
            _ = try write(SmallNetwork().bytes, "c/", ".safetensors")
            try session.wait("what is left out") { $0.text.contains("left out 1 files whose names are not UTF-8") }
            session.type("q")
            #expect(try session.waitForEnd() == 0)
        }
    #endif

    /// No path can be such an argument, and nothing else is taken for it.
    @Test func argumentsAreUTF8() throws {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "exec '\(Program.path())' report \"$(printf 'k\\374r.sepal')\""],
            environment: Program.environment(folder),
            streams: [.nothing, .file(folder("output")), .file(folder("errors"))])
        #expect(Deadline().poll { child.end() } == .exited(64))
        let errors = folder.text(of: "errors")
        #expect(errors.hasPrefix("Error: Argument 2 is not UTF-8 text (k"), "\(errors)")
    }

    /// 8×8 pixels of grey.
    private static let picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGNsaGhgwAaYsIoOWgkAMBcBkGHHl6YAAAAASUVORK5CYII="
}
