import Tensors
import Testing

@testable import Formats

@Suite struct TorchLegacyTests {
    private typealias W = TorchWriter

    private static let object = W.dictionary([
        (
            "state_dict",
            W.dictionary([
                ("module.w", W.tensor(W.storage("a", count: 6), [2, 3], [3, 1], version: "")),
                ("module.v", W.tensor(W.storage("a", count: 6, view: (2, 3)), offset: 1, [2], [1])),
                ("module.n", W.tensor(W.storage("b", "LongStorage", count: 1), [], [])),
            ])
        )
    ])
    private static let storages = [
        (key: "b", count: 1, bytes: little(Int64(40_000))), (key: "a", count: 6, bytes: W.floats([0, 1, 2, 3, 4, 5])),
    ]

    private func read(_ bytes: [UInt8]) throws -> StateDict { try readStateDict(bytes: bytes, file: "x") }

    private func problem(_ bytes: [UInt8]) -> String? {
        do { _ = try read(bytes) } catch {
            if case .malformed("x", _, let problem)? = error as? FormatError { return problem }
        }
        return nil
    }

    @Test func readsTensorsOfBothVersionsAndViewsOfStorages() throws {
        let dict = try read(W.legacy(Self.object, storages: Self.storages))
        #expect(dict.names == ["w", "v", "n"])
        #expect(dict["w"]?.floats() == [0, 1, 2, 3, 4, 5])
        #expect(dict["w"]?.shape.dims == [2, 3])
        // The view starts at 2, the tensor at 1 of it.
        #expect(dict["v"]?.floats() == [3, 4])
        #expect(dict["n"]?.integers() == [40_000])
    }

    @Test func refusesContradictions() {
        var storages = Self.storages
        storages[0].count = 2
        #expect(problem(W.legacy(Self.object, storages: storages)) == "storage b has 2 elements where 1 are declared")
        storages[0].count = -1
        #expect(problem(W.legacy(Self.object, storages: storages)) == "storage b has -1 elements where 1 are declared")
        storages[0] = ("c", 1, [0])
        let undeclared = "a storage is in the file that no tensor has declared"
        #expect(problem(W.legacy(Self.object, storages: storages)) == undeclared)
        let twice = Self.storages + [Self.storages[0]]
        #expect(problem(W.legacy(Self.object, storages: twice)) == "storage b comes twice")
        let missing = [Self.storages[0]]
        #expect(problem(W.legacy(Self.object, storages: missing)) == "storage a is not in the file")
        let version = W.legacy(Self.object, storages: [], protocolVersion: 1002)
        #expect(problem(version) == "the version of the format is not 1001")
        let beyond = W.dictionary([("v", W.tensor(W.storage("a", count: 6, view: (2, 3)), offset: 2, [2], [1]))])
        #expect(
            problem(W.legacy(beyond, storages: [Self.storages[1]]))
                == "shape 2, strides [1], offset 2 leave its storage")
    }

    @Test func refusesOtherSystemsAndPlainPickles() {
        let big = W.legacy(Self.object, storages: Self.storages, isLittleEndian: false)
        #expect {
            try read(big)
        } throws: { error in
            guard case .unsupported("x", .byte, "big-endian data", _)? = error as? FormatError else { return false }
            return true
        }
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "a pickle of a dictionary, not written by torch.save",
                advice: "save the network with torch.save(model.state_dict(), FILE)")
        ) { try read(W.pickle(W.dictionary([("w", W.integer(1))]))) }
    }

    @Test func refusesTruncatedFiles() {
        let whole = W.legacy(Self.object, storages: Self.storages)
        let end = whole.count - 10
        #expect(throws: FormatError.truncated(file: "x", offset: whole.count - 24, needs: 24, end: end)) {
            try read(Array(whole.prefix(end)))
        }
        // A count whose bytes do not fit an Int.
        let object = W.dictionary([("w", W.tensor(W.storage("a", count: .max), [1], [1]))])
        let hostile = W.legacy(object, storages: [("a", .max, [0])])
        #expect(throws: FormatError.truncated(file: "x", offset: hostile.count - 1, needs: .max, end: hostile.count)) {
            try read(hostile)
        }
    }

    @Test func survivesMutations() {
        attack(W.legacy(Self.object, storages: Self.storages), times: 10_000, seed: 3) { bytes in
            let context = ReadContext(file: "x", limits: smallLimits)
            _ = try TorchLegacy.index(InputFile(bytes: bytes, name: "x"), context).stateDict()
        }
    }
}
