import Tensors
import Testing

@testable import Formats

@Suite struct TorchZipTests {
    private typealias W = TorchWriter
    private static let storage = W.floats([0, 1, 2, 3, 4, 5])

    private func read(_ zip: ZipWriter, limits: Limits = .standard) throws -> StateDict {
        try readStateDict(bytes: zip.bytes, file: "x", limits: limits)
    }

    private func malformed(_ place: FormatError.Place, _ problem: String) -> FormatError {
        .malformed(file: "x", place: place, problem: problem)
    }

    @Test(arguments: 1...5) func readsWhatPythonPickles(protocol number: Int) throws {
        var zip = W.zip([], storages: [("0", Self.storage), ("1", little(Int64(-7)))])
        zip.members[0].content = PickleFixtures.bytes(protocol: number)
        let dict = try read(zip)
        #expect(dict.names == ["w", "t", "n"])
        #expect(dict["w"]?.shape.dims == [2, 3])
        #expect(dict["w"]?.floats() == [0, 1, 2, 3, 4, 5])
        #expect(dict["t"]?.shape.dims == [3, 2])
        #expect(dict["t"]?.floats() == [0, 3, 1, 4, 2, 5])
        #expect(dict["n"]?.shape.dims == [])
        #expect(dict["n"]?.integers() == [-7])
        #expect(dict.notes == ["unwrapped state_dict", "stripped the prefix module. 3 times"])
    }

    /// Element (i, j) of each view of 0…5, worked out by offset + i·stride₀ + j·stride₁.
    @Test(
        arguments: [
            (0, [6], [1], [0, 1, 2, 3, 4, 5]), (2, [2], [3], [2, 5]), (0, [3, 2], [1, 3], [0, 3, 1, 4, 2, 5]),
            (1, [2, 2], [2, 1], [1, 2, 3, 4]), (4, [2, 3], [1, 0], [4, 4, 4, 5, 5, 5]), (5, [], [], [5]),
            (0, [2, 1, 3], [3, 99, 1], [0, 1, 2, 3, 4, 5]), (0, [2, 0], [1, 1], []),
            (6, [0], [1], []), (0, [1, 2], [.max, 5], [0, 5]), (1, [2, 2, 1], [1, 2, 7], [1, 3, 2, 4]),
        ] as [(Int, [Int], [Int], [Float])])
    func gathersStridedViews(offset: Int, size: [Int], stride: [Int], expected: [Float]) throws {
        let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), offset: offset, size, stride))])
        let dict = try read(W.zip(object, storages: [("0", Self.storage)]))
        #expect(dict["t"]?.shape.dims == size)
        #expect(dict["t"]?.floats() == expected)
    }

    @Test func readsDeflatedMembersAndOtherTypes() throws {
        let typed = W.call(
            "torch._utils", "_rebuild_tensor_v3",
            [
                W.storage("1", "UntypedStorage", count: 4), W.integer(1), W.tuple([W.integer(1)]),
                W.tuple([W.integer(1)]), [0x89], W.call("collections", "OrderedDict", []),
                W.global("torch", "float16"),
            ])
        let subclass = W.call(
            "torch._tensor", "_rebuild_from_type_v2",
            [
                W.global("torch._utils", "_rebuild_tensor_v2"), W.global("torch.nn.parameter", "Parameter"),
                W.tuple([
                    W.storage("0", count: 6), W.integer(4), W.tuple([W.integer(2)]), W.tuple([W.integer(1)]),
                ]), W.dictionary([]),
            ])
        let object = W.dictionary([("half", typed), ("sub", subclass)])
        var zip = W.zip(object, storages: [("0", Self.storage), ("1", little(UInt16(0)) + little(UInt16(0xC000)))])
        for index in zip.members.indices { zip.members[index].method = 8 }
        let dict = try read(zip)
        #expect(dict["half"]?.elementType == .float16)
        #expect(dict["half"]?.floats() == [-2])
        #expect(dict["sub"]?.floats() == [4, 5])
    }

    @Test(
        arguments: [
            (-1, [1], [1]), (0, [7], [1]), (6, [1], [1]), (0, [2, 2], [-1, 1]), (0, [3], [.max]), (.max, [1], [1]),
            (0, [2, 2], [1]), (.max - 1, [2], [1]),
        ] as [(Int, [Int], [Int])])
    func refusesViewsBeyondTheirStorage(offset: Int, size: [Int], stride: [Int]) {
        let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), offset: offset, size, stride))])
        let shape = size.map(String.init).joined(separator: "×")
        let problem = "shape \(shape), strides \(stride), offset \(offset) leave its storage"
        #expect(throws: malformed(.tensor("t"), problem)) {
            try read(W.zip(object, storages: [("0", Self.storage)]))
        }
    }

    @Test func refusesHostileSizes() {
        func tensor(_ size: [Int], _ stride: [Int], limits: Limits = .standard) throws {
            let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), size, stride))])
            _ = try read(W.zip(object, storages: [("0", Self.storage)]), limits: limits)
        }
        #expect(throws: malformed(.tensor("t"), "its shape [4611686018427387904, 4] is impossible")) {
            try tensor([1 << 62, 4], [0, 0])
        }
        #expect(throws: malformed(.tensor("t"), "its shape [-1] is impossible")) { try tensor([-1], [1]) }
        #expect(throws: FormatError.tooLarge(file: "x", what: "axes of a tensor", size: 17, limit: 16)) {
            try tensor(Array(repeating: 1, count: 17), [])
        }
        // One element spread over 2³⁰ by strides of nought.
        var limits = Limits()
        limits.decodedBytes = 1 << 20
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 4 << 30, limit: 1 << 20)) {
            try tensor([1 << 30], [0], limits: limits)
        }
    }

    @Test func refusesBrokenArchives() {
        let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), [6], [1]))])
        let good = W.zip(object, storages: [("0", Self.storage)])
        func broken(_ change: (inout ZipWriter) -> Void) throws {
            var zip = good
            change(&zip)
            _ = try read(zip)
        }
        let data = FormatError.Place.entry("archive/data/0")
        #expect(throws: malformed(data, "it is missing")) { try broken { $0.members.removeLast() } }
        #expect(throws: malformed(data, "the name comes twice")) { try broken { $0.members.append($0.members[2]) } }
        let size = "its storage 0 has 20 bytes where 6 elements are due"
        #expect(throws: malformed(.tensor("t"), size)) { try broken { $0.members[2].content.removeLast(4) } }
        // What the directory claims counts before anything is read.
        for claim in [99, 2_000_000_000, 25] {
            let problem = "its storage 0 has \(claim) bytes where 6 elements are due"
            #expect(throws: malformed(.tensor("t"), problem)) {
                try broken {
                    $0.members[2].method = 8
                    $0.members[2].claimedSize = claim
                }
            }
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: data, feature: "an encrypted entry", advice: "decrypt the archive first")
        ) {
            try broken { $0.members[2].flags = 1 }
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: data, feature: "compression method 12", advice: "pack it stored or deflated")
        ) {
            try broken { $0.members[2].method = 12 }
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: .entry("archive/byteorder"), feature: "byte order 'big'",
                advice: "save it again on a little-endian machine")
        ) {
            try broken { $0.members[1].content = Array("big".utf8) }
        }
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "a TorchScript archive", advice: "save the network's state_dict() instead")
        ) {
            try broken { $0.members.append(.init(name: "archive/constants.pkl", content: [])) }
        }
    }

    @Test func refusesDamagedArchives() throws {
        let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), [6], [1]))])
        var zip = W.zip(object, storages: [("0", Self.storage)])
        var bytes = zip.bytes
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Self.storage) })
        bytes[place] ^= 1
        #expect(throws: malformed(.entry("archive/data/0"), "CRC error")) { try readStateDict(bytes: bytes, file: "x") }
        bytes = zip.bytes
        let problem = "its table of contents cannot be read (Not a zip archive), as in a cut-off download"
        #expect(throws: malformed(.file, problem)) { try readStateDict(bytes: Array(bytes.dropLast(30)), file: "x") }
        zip.declaredEntries64 = 3
        #expect(try read(zip).names == ["t"])
        // Believed, it would make the library reserve memory for 2⁴⁰ entries.
        zip.declaredEntries64 = 1 << 40
        #expect {
            try read(zip)
        } throws: { error in
            guard case .malformed("x", .byte, let problem)? = error as? FormatError else { return false }
            return problem == "1099511627776 entries are declared, more than the file can hold"
        }
        var limits = Limits()
        limits.entries = 2
        zip.declaredEntries64 = nil
        #expect(throws: FormatError.tooLarge(file: "x", what: "entries of the archive", size: 3, limit: 2)) {
            try read(zip, limits: limits)
        }
        limits = Limits()
        limits.headerBytes = 20
        let size = zip.members[0].content.count
        #expect(throws: FormatError.tooLarge(file: "x", what: "bytes of data.pkl", size: size, limit: 20)) {
            try read(zip, limits: limits)
        }
    }

    @Test func survivesMutations() {
        let object = W.dictionary([("t", W.tensor(W.storage("0", count: 6), [6], [1]))])
        attack(W.zip(object, storages: [("0", Self.storage)]).bytes, times: 10_000, seed: 2) {
            _ = try readStateDict(bytes: $0, file: "x", limits: smallLimits)
        }
    }
}
