import Foundation
import Tensors
import Testing

@testable import Formats

/// Files of a few bytes that promise gigabytes: refused for what they say, before anything is made of it.
@Suite struct SmallFileTests {
    private typealias W = TorchWriter

    private func expectTooLarge(_ sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
        let error = #expect(throws: FormatError.self, sourceLocation: sourceLocation, performing: body)
        guard case .tooLarge(_, "decoded bytes", _, let limit) = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(limit < 128 << 20, sourceLocation: sourceLocation)
    }

    /// An eighth of a gigabyte, eight times over, of one number.
    private static let repeated = W.dictionary(
        (0..<8).map { ("w\($0)", W.tensor(W.storage("0", count: 1), [1 << 25], [0])) })
    private static let one = W.floats([1])

    @Test(arguments: [
        Content(W.zip(repeated, storages: [("0", one)]).bytes), Content(W.legacy(repeated, storages: [("0", 1, one)])),
    ])
    func stridesOfZero(content: Content) throws {
        let index = try CheckpointIndex.open(InputFile(bytes: content.bytes, name: "x"))
        #expect(index.tensors.map(\.name) == (0..<8).map { "w\($0)" })
        #expect(index.tensors[3].shape.dims == [1 << 25] && index.tensors[3].elementType == .float32)
        expectTooLarge { _ = try index.stateDict() }
        expectTooLarge { try index.forEach(["w7"]) { _, _ in } }
        try index.forEach(["none"]) { _, _ in Issue.record("nothing is wanted") }
    }

    /// A small file, for the limits that go with it: the standard ones would make the tests slow.
    private static let limits: Limits = {
        var limits = Limits.standard
        limits.decodedAtLeast = 1 << 20
        return limits
    }()
    private static let zeros = 4 << 20

    /// An archive of one member that ends with zeros.
    private static func bomb(_ name: String, _ start: [UInt8]) -> [UInt8] {
        var zip = ZipWriter([(name, start + [UInt8](repeating: 0, count: zeros))], deflated: true)
        zip.members[0].compressed = ZipWriter.deflated(start, zeros: zeros)
        return zip.bytes
    }

    @Test func descriptionsThatInflate() throws {
        let bytes = Self.bomb("a/data.pkl", [0x80, 2, UInt8(ascii: "T")] + little(UInt32(Self.zeros)))
        #expect(bytes.count < 30_000)
        expectTooLarge { _ = try CheckpointIndex.open(InputFile(bytes: bytes, name: "x"), limits: Self.limits) }
    }

    @Test func arraysThatInflate() throws {
        let header = NPYWriter.array("|u1", [Self.zeros], [])
        let bytes = Self.bomb("images.npy", header)
        expectTooLarge { _ = try readNPZ(bytes: bytes, file: "x", wanted: ["images"], limits: Self.limits) }
        let file = try ArrayFile.read(InputFile(bytes: bytes, name: "x"), limits: Self.limits)
        let entry = try #require(file.entries.first)
        expectTooLarge { _ = try file.read(entry) }
        // Piece by piece it is as large as it likes.
        var count = 0
        try file.forEachPiece(of: entry) { piece, _ in
            count += piece.count
            return true
        }
        #expect(count == Self.zeros)
    }

    @Test func compressedIDXThatInflates() throws {
        let header: [UInt8] = [0, 0, 8, 1] + big(UInt32(Self.zeros))
        // A gzip file of one deflated member.
        let content = header + [UInt8](repeating: 0, count: Self.zeros)
        let bytes: [UInt8] =
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + ZipWriter.deflated(header, zeros: Self.zeros)
            + little(ZipWriter.checksum(content)) + little(UInt32(content.count))
        expectTooLarge { _ = try IDX.read(bytes: bytes, file: "x", limits: Self.limits) }
        #expect(try IDX.read(bytes: bytes, file: "x").shape.dims == [Self.zeros])
    }

    @Test func picturesThatInflate() throws {
        // The extents stand in the header; of 9999×9999 pixels it has none.
        var jpeg = try #require(PictureFixture.named("4:2:0 JPEG")).bytes
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && [0xC0, 0xC1, 0xC2].contains(jpeg[$0 + 1]) })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x27, 0x0F, 0x27, 0x0F])
        expectTooLarge { _ = try RasterImage.size(bytes: jpeg, file: "x") }
        expectTooLarge { _ = try RasterImage.decode(bytes: jpeg, file: "x") }
    }

    /// Large files may be packed well, all the same.
    @Test func limitsGrowWithTheFile() throws {
        let context = ReadContext(file: "x", limits: .standard, size: 10 << 20)
        try context.charge(64 << 20 + 320 << 20)
        #expect(throws: FormatError.self) { try context.charge(1) }
        try ReadContext(file: "x", limits: .standard, size: 1 << 40).charge(8 << 30)
    }
}

/// What is read of a checkpoint, and what isn't.
@Suite struct CheckpointIndexTests {
    private typealias W = TorchWriter

    private static let object = W.dictionary([
        ("a", W.tensor(W.storage("0", count: 4), [2, 2], [2, 1])),
        ("b", W.tensor(W.storage("1", count: 2), [2], [1])),
        ("c", W.tensor(W.storage("0", count: 4), offset: 1, [2], [2])),
    ])

    @Test func tensorsAreReadByName() throws {
        let bytes = W.zip(Self.object, storages: [("0", W.floats([1, 2, 3, 4])), ("1", W.floats([5, 6]))]).bytes
        let index = try CheckpointIndex.open(InputFile(bytes: bytes, name: "x"))
        var found: [String: [Float]] = [:]
        try index.forEach(["c", "a"]) { found[$0] = $1.floats() }
        #expect(found == ["a": [1, 2, 3, 4], "c": [2, 4]])
        let dict = try index.stateDict()
        #expect(dict.names == ["a", "b", "c"] && dict["b"]?.floats() == [5, 6])
    }

    /// Damage in what nobody wants does no harm.
    @Test func whatIsNotWantedIsNotRead() throws {
        var bytes = W.zip(Self.object, storages: [("0", W.floats([1, 2, 3, 4])), ("1", W.floats([5, 6]))]).bytes
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: W.floats([5, 6])) })
        bytes[place] ^= 1
        let index = try CheckpointIndex.open(InputFile(bytes: bytes, name: "x"))
        try index.forEach(["a"]) { #expect($1.floats() == [1, 2, 3, 4]) }
        #expect(throws: FormatError.malformed(file: "x", place: .entry("archive/data/1"), problem: "CRC error")) {
            try index.forEach(["b"]) { _, _ in }
        }
    }

    /// Pickles longer than what is read of the file at first.
    @Test func longDescriptionsOfOldFiles() throws {
        let names = (0..<40_000).map { ("a long name of a tensor that is number \($0)", W.integer($0)) }
        let object = W.dictionary(names + [("w", W.tensor(W.storage("0", count: 1), [1], [1]))])
        let bytes = W.legacy(object, storages: [("0", 1, W.floats([7]))])
        #expect(bytes.count > 2 << 20)
        let index = try CheckpointIndex.open(InputFile(bytes: bytes, name: "x"))
        #expect(try index.stateDict()["w"]?.floats() == [7])
        let short = Array(bytes.prefix(2 << 20))
        let error = #expect(throws: FormatError.self) { try CheckpointIndex.open(InputFile(bytes: short, name: "x")) }
        guard case .truncated("x", _, _, end: 2_097_152) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
