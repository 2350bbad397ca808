import Foundation
import Testing

@testable import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that others change while they are read, and what is no file at all.
@Suite struct InputFileTests {
    private static let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 * 7) }

    private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    @Test(arguments: [true, false]) func piecesMakeTheWhole(isHeld: Bool) throws {
        try withFolder { folder in
            let path = folder + "/a"
            try write(Self.content, path)
            let file = try InputFile(path, isHeld: isHeld)
            #expect(try file.bytes(0..<file.size) == Self.content)
            #expect(try file.bytes(1_500_000..<1_500_010) == Array(Self.content[1_500_000..<1_500_010]))
            #expect(try file.bytes(5..<5) == [])
            var found: [UInt8] = []
            try file.forEachPiece(10..<2_999_990) { piece, offset in
                #expect(offset == 10 + found.count && piece.count <= InputFile.pieceBytes)
                found += piece
                return true
            }
            #expect(found == Array(Self.content[10..<2_999_990]))
            #expect(try file.contentHash() == contentHash(Self.content))
            let memory = InputFile(bytes: Self.content, name: "a")
            #expect(try memory.contentHash() == contentHash(Self.content))
            #expect(try memory.bytes(3..<9) == Array(Self.content[3..<9]))
        }
    }

    /// What others may do to a file meanwhile.
    enum Change: CaseIterable {
        case shorter, empty, longer, same, touched

        func make(_ path: String) throws {
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            defer { try? handle.close() }
            switch self {
            case .shorter: try handle.truncate(atOffset: 1000)
            case .empty: try handle.truncate(atOffset: 0)
            case .longer:
                try handle.seekToEnd()
                try handle.write(contentsOf: Data([1]))
            case .same: try handle.write(contentsOf: Data([9, 9, 9]))
            case .touched: break
            }
            // Two changes may come within one tick of the clock.
            var times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
            guard utimes(path, &times) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    @Test(arguments: Change.allCases, [true, false]) func changesEndTheReading(change: Change, isHeld: Bool) throws {
        try withFolder { folder in
            let path = folder + "/a"
            try write(Self.content, path)
            let file = try InputFile(path, name: "a", isHeld: isHeld)
            try change.make(path)
            #expect(throws: FormatError.changed(file: "a")) { try file.bytes(0..<file.size) }
            #expect(throws: FormatError.changed(file: "a")) { try file.bytes(0..<1) }
            #expect(throws: FormatError.changed(file: "a")) { try file.contentHash() }
        }
    }

    @Test func changesBetweenPiecesEndTheReading() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try write(Self.content, path)
            let file = try InputFile(path, name: "a")
            var pieces = 0
            #expect(throws: FormatError.changed(file: "a")) {
                try file.forEachPiece(0..<file.size) { _, _ in
                    pieces += 1
                    try Change.empty.make(path)
                    return true
                }
            }
            #expect(pieces == 1)
        }
    }

    /// Somebody who puts a new file in its place does no harm to one that is open.
    @Test func replacingDoesNoHarm() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try write(Self.content, path)
            let (held, named) = (try InputFile(path, name: "a"), try InputFile(path, name: "a", isHeld: false))
            try write([1, 2, 3], folder + "/b")
            guard rename(folder + "/b", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            #expect(try held.bytes(0..<held.size) == Self.content)
            #expect(throws: FormatError.changed(file: "a")) { try named.bytes(0..<named.size) }
        }
    }

    @Test func readersSayThatAFileChanged() throws {
        try withFolder { folder in
            let arrays = ZipWriter([("a.npy", NPYWriter.array("<f4", [100_000], [UInt8](repeating: 0, count: 400_000)))]
            )
            let path = folder + "/a.npz"
            for ending in [10, 200_000] {
                try write(arrays.bytes, path)
                let file = try ArrayFile.open(path)
                guard truncate(path, ending) == 0, let entry = file.entries.first else { return }
                #expect(throws: FormatError.changed(file: "a.npz")) {
                    try file.forEachPiece(of: entry) { _, _ in true }
                }
                #expect(throws: FormatError.changed(file: "a.npz")) { try file.read(entry) }
                #expect(throws: FormatError.changed(file: "a.npz")) { try file.contentHash() }
            }
            let object = TorchWriter.dictionary([
                ("w", TorchWriter.tensor(TorchWriter.storage("0", count: 100_000), [100_000], [1]))
            ])
            let storage = [UInt8](repeating: 0, count: 400_000)
            for bytes in [
                TorchWriter.zip(object, storages: [("0", storage)]).bytes,
                TorchWriter.legacy(object, storages: [("0", 100_000, storage)]),
            ] {
                try write(bytes, path)
                let index = try CheckpointIndex.open(InputFile(path, name: "a"))
                guard truncate(path, 100) == 0 else { return }
                #expect(throws: FormatError.changed(file: "a")) { try index.stateDict() }
            }
        }
    }

    private struct Ended: Error {}

    @Test func readingsCanBeEnded() throws {
        try withFolder { folder in
            try write(Self.content, folder + "/a")
            let file = try InputFile(folder + "/a") { throw Ended() }
            #expect(throws: Ended.self) { try file.bytes(0..<10) }
            #expect(throws: Ended.self) { try file.contentHash() }
        }
    }

    /// Nobody is waited for, nothing is read.
    @Test func whatIsNoFileIsRefused() throws {
        try withFolder { folder in
            let (pipe, socket) = (folder + "/pipe", folder + "/s")
            guard mkfifo(pipe, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
            let listener = try bound(socket)
            defer { close(listener) }
            for (path, found) in [
                (pipe, "a named pipe"), (socket, "a socket"), ("/dev/zero", "a device"), ("/dev/tty", "a device"),
                (folder, "a folder"),
            ] {
                let error = FormatError.notAFile(file: path, found: found)
                #expect(throws: error) { try InputFile(path) }
                #expect(throws: error) { try readFile(path) }
                #expect(throws: error) { try readText(path) }
                if path != folder { #expect(throws: error) { try ArrayFile.open(path) } }
                #expect(error.isInputOutput && error.description.contains("\(found), not a regular file"))
            }
            // A writer changes nothing.
            let writer = open(pipe, O_RDWR | O_NONBLOCK)
            defer { close(writer) }
            #expect(throws: FormatError.notAFile(file: pipe, found: "a named pipe")) { try InputFile(pipe) }
        }
    }

    private func bound(_ path: String) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard descriptor >= 0, result == 0 else { throw CocoaError(.fileWriteUnknown) }
        return descriptor
    }

    @Test func textIsAPageOfUTF8() throws {
        try withFolder { folder in
            let path = folder + "/t"
            try write(Array("grün\n".utf8), path)
            #expect(try readText(path) == "grün\n")
            try write([0x67, 0x72, 0xFC, 0x6E], path)
            #expect(throws: FormatError.wrongKind(file: path, found: "not UTF-8 text", advice: "give a text file")) {
                try readText(path)
            }
            try write([UInt8](repeating: 0x61, count: 1 << 20 + 1), path)
            #expect(throws: FormatError.self) { try readText(path) }
        }
    }
}
