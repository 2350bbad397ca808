import Foundation
import Tensors
import Testing

@testable import Formats

@Suite struct ArrayFileTests {
    /// A folder of its own for each test.
    private let folder = FileManager.default.temporaryDirectory.appending(path: "sepal-arrays-\(UUID().uuidString)")

    private func write(_ bytes: [UInt8], as name: String) throws -> String {
        let path = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: path)
        return path.path
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    private func floats(_ file: ArrayFile, _ name: String) throws -> [Float] {
        let entry = try #require(file[name])
        var bytes: [UInt8] = []
        try file.forEachPiece(of: entry) { piece, first in
            #expect(first * 4 == bytes.count)
            bytes += piece
            return true
        }
        return try #require(Tensor(shape: entry.shape, elementType: .float32, bytes: bytes)).floats()
    }

    private static let small = NPYWriter.array("<f4", [2, 2], TorchWriter.floats([1, 2, 3, 4]))

    /// Three pieces and a rest, stored and deflated, come one behind the other.
    @Test(arguments: [false, true]) func arraysOfAnArchiveComeInPieces(deflated: Bool) throws {
        defer { remove() }
        let values = (0..<800_000).map(Float.init)
        let zip = ZipWriter(
            [
                ("b.npy", NPYWriter.array("<f4", [400, 2000], TorchWriter.floats(values))), ("a.npy", Self.small),
                ("readme.txt", [1]),
            ], deflated: deflated)
        let file = try ArrayFile.open(try write(zip.bytes, as: "x.npz"))
        #expect(file.entries.map(\.name) == ["b", "a"] && !file.isSafetensors)
        #expect(file["b"]?.shape.dims == [400, 2000] && file["b"]?.elementType == .float32)
        #expect(try floats(file, "b") == values)
        #expect(try floats(file, "a") == [1, 2, 3, 4])
        var pieces = 0
        try file.forEachPiece(of: try #require(file["b"])) { _, _ in
            pieces += 1
            return pieces < 2
        }
        #expect(pieces == 2)
        guard case .tensor(let whole) = try file.read(try #require(file["a"])) else { return }
        #expect(whole.floats() == [1, 2, 3, 4])
    }

    @Test func safetensorsAndFoldersAreReadInPlace() throws {
        defer { remove() }
        let header = Array(
            #"{"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
                .utf8)
        let path = try write(
            little(UInt64(header.count)) + header + TorchWriter.floats([7, 8, 9]), as: "x.safetensors")
        let file = try ArrayFile.open(path)
        #expect(file.entries.map(\.name) == ["a", "b"] && file.isSafetensors)
        #expect(try floats(file, "b") == [8, 9])
        let bytes = try readFile(path)
        #expect(try file.contentHash() == contentHash(bytes))

        for name in ["x10", "x9", ".hidden"] { _ = try write(Self.small, as: "folder/\(name).npy") }
        let arrays = try ArrayFile.open(folder.appending(path: "folder").path)
        #expect(arrays.entries.map(\.name) == ["x9", "x10"] && !arrays.isSafetensors)
        #expect(try floats(arrays, "x10") == [1, 2, 3, 4])
        let hash = try arrays.contentHash()
        _ = try write(Self.small.dropLast() + [1], as: "folder/x10.npy")
        #expect(try ArrayFile.open(folder.appending(path: "folder").path).contentHash() != hash)
    }

    @Test(arguments: [
        ("a2", "a10"), ("a", "a1"), ("layer1.9.x", "layer1.10.x"), ("a01", "a2"), ("a1b", "a1c"), ("a01", "a1"),
        ("1", "a"), ("a99999999999999999999", "a100000000000000000000"), ("", "a"),
    ])
    func namesComeAsPeopleCount(first: String, second: String) {
        #expect(naturallyPrecedes(first, second) && !naturallyPrecedes(second, first))
        #expect(!naturallyPrecedes(first, first))
    }

    /// What a folder may say of itself, and what it must not.
    @Test(
        arguments: [
            ("layers.txt", "b\n\na\n", nil), ("layers.json", #"["b","a"]"#, nil),
            ("layers.json", #"{"layers":["b"],"blocks":["a","b"],"by":"x","n":3}"#, nil),
            ("layers.txt", "b\nc\n", "it names 'c', but there is no c.npy"),
            ("layers.txt", "../b\n", "it names '../b', but there is no ../b.npy"),
            ("layers.txt", "b\nb\n", "it names a layer twice"), ("layers.json", "3", "the list of layers is no list"),
            ("layers.json", #"{"layers":3}"#, "the list of layers is no list"),
            ("layers.json", #"[3]"#, "the list of layers holds no names"),
            ("layers.json", #"{"layers":["a"],"blocks":[1]}"#, "'blocks' holds no names"),
        ] as [(String, String, String?)])
    func foldersSayTheirOrder(name: String, text: String, problem: String?) throws {
        defer { remove() }
        for array in ["a", "b"] { _ = try write(Self.small, as: "\(array).npy") }
        _ = try write(Array(text.utf8), as: name)
        if let problem {
            #expect(throws: FormatError.malformed(file: name, place: .file, problem: problem)) {
                try ArrayFile.open(folder.path)
            }
        } else {
            let file = try ArrayFile.open(folder.path)
            #expect(file.entries.map(\.name) == ["b", "a"])
            if text.hasPrefix("{") { #expect(file.metadata == ["blocks": "a\nb", "by": "x"]) }
        }
    }

    /// Headers that lie: inside an archive, and as a file.
    @Test(
        arguments: ([
            (
                NPYWriter.array("<f4", [3, 2], TorchWriter.floats([1, 2])),
                "8 bytes of data do not make an array of shape 3×2"
            ),
            (NPYWriter.array("<f4", [1 << 40, 1 << 40], []), "its shape [1099511627776, 1099511627776] is impossible"),
            (
                NPYWriter.array("<f9223372036854775807", [4, 2], []),
                "0 bytes of data do not make an array of shape 4×2"
            ),
            (NPYWriter.array("x", [1], [1]), "'x' is no element type"),
            (NPYWriter.file(header: "{'descr': ", []), "the numpy header cannot be understood"),
            ([1, 2, 3], "it does not start as a numpy array"),
        ] as [([UInt8], String)]).map { (Content($0), $1) })
    func lyingHeadersAreRefused(content: Content, problem: String) throws {
        defer { remove() }
        let zip = try write(ZipWriter([("a.npy", content.bytes)]).bytes, as: "x.npz")
        #expect(throws: FormatError.malformed(file: "x.npz", place: .entry("a.npy"), problem: problem)) {
            try ArrayFile.open(zip)
        }
        _ = try write(content.bytes, as: "folder/a.npy")
        #expect(throws: FormatError.malformed(file: "a.npy", place: .file, problem: problem)) {
            try ArrayFile.open(folder.appending(path: "folder").path)
        }
    }

    @Test func headersBeyondTheEntryAreRefused() throws {
        defer { remove() }
        let head: [UInt8] = [0x93] + Array("NUMPY".utf8)
        let zip = try write(ZipWriter([("a.npy", head + [2, 0] + little(UInt32(49_999)))]).bytes, as: "x.npz")
        #expect(
            throws: FormatError.malformed(
                file: "x.npz", place: .entry("a.npy"), problem: "its header of 50011 bytes is longer than it is")
        ) { try ArrayFile.open(zip) }
        let large = try write(ZipWriter([("a.npy", head + [2, 0] + little(UInt32.max))]).bytes, as: "y.npz")
        #expect(
            throws: FormatError.tooLarge(
                file: "y.npz", what: "bytes of the header", size: 4_294_967_295, limit: 1 << 16)
        ) { try ArrayFile.open(large) }
        let short = try write(ZipWriter([("a.npy", head)]).bytes, as: "z.npz")
        #expect(throws: FormatError.truncated(file: "z.npz", offset: 6, needs: 1, end: 6)) { try ArrayFile.open(short) }
    }

    /// A checksum is compared when the end is reached.
    @Test func damagedElementsAreFound() throws {
        defer { remove() }
        var bytes = ZipWriter([("a.npy", Self.small)]).bytes
        // The last element of the entry, before the directory.
        let place = try #require(bytes.indices.dropFirst(40).first { bytes[$0...].starts(with: [0, 0, 0x80, 0x40]) })
        bytes[place] ^= 1
        let file = try ArrayFile.open(try write(bytes, as: "x.npz"))
        #expect(throws: FormatError.malformed(file: "x.npz", place: .entry("a.npy"), problem: "CRC error")) {
            _ = try floats(file, "a")
        }
    }

    @Test func otherFilesAreToldApart() throws {
        defer { remove() }
        func kind(_ bytes: [UInt8], as name: String) throws -> String? {
            do {
                _ = try ArrayFile.open(try write(bytes, as: name))
                return nil
            } catch FormatError.wrongKind(_, let found, "give an npz, a safetensors file or a folder of npy files") {
                return found
            }
        }
        let torch = TorchWriter.zip(TorchWriter.dictionary([]), storages: [])
        #expect(try kind(torch.bytes, as: "a") == "a PyTorch file, not arrays of features")
        #expect(try kind(ZipWriter([("a.txt", [1])]).bytes, as: "b") == "a zip archive without arrays")
        #expect(try kind(Array("words".utf8), as: "c") == "text")
        #expect(try kind([0, 1, 2], as: "d") == "no kind of array file that is known here")
        #expect(try kind([1], as: "folder/e.txt").map { $0.isEmpty } == false)
        #expect(
            throws: FormatError.wrongKind(
                file: "folder", found: "a folder without npy files",
                advice: "give an npz, a safetensors file or a folder of npy files")
        ) { try ArrayFile.open(folder.appending(path: "folder").path) }
        #expect(throws: FormatError.empty(file: "f")) { try ArrayFile.open(try write([], as: "f")) }
    }
}

/// Mutations of files that are read in place.
@Suite struct ArrayFileMutationTests {
    private func survive(_ good: [UInt8], as name: String, seed: UInt64) {
        attack(good, times: 10_000, seed: seed) { bytes in
            let file = try ArrayFile.read(InputFile(bytes: bytes, name: name), limits: smallLimits)
            for entry in file.entries {
                if entry.elementType != nil { try file.forEachPiece(of: entry) { _, _ in true } }
                _ = try file.read(entry)
            }
        }
    }

    @Test func archivesSurvive() {
        let arrays = [
            ("a.npy", NPYWriter.array("<f2", [2, 3], Array(0..<12))),
            ("labels.npy", NPYWriter.array("<i8", [2], little(Int64(1)) + little(Int64(0)))),
        ]
        survive(ZipWriter(arrays).bytes, as: "x.npz", seed: 11)
    }

    @Test func deflatedArchivesSurvive() {
        let array = NPYWriter.array("<f4", [2, 3], fortran: true, Array(0..<24))
        survive(ZipWriter([("a.npy", array)], deflated: true).bytes, as: "x.npz", seed: 12)
    }

    @Test func singleArraysSurvive() {
        survive(NPYWriter.array("<f8", [2, 2], version: 3, Array(0..<32)), as: "a.npy", seed: 13)
    }
}
