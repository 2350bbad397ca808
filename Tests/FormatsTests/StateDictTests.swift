import Tensors
import Testing

@testable import Formats

@Suite struct StateDictTests {
    private typealias W = TorchWriter

    private static func weights(_ name: String, _ storage: String = "0") -> [UInt8] {
        W.dictionary([(name, W.tensor(W.storage(storage, count: 1), [1], [1]))])
    }

    private func read(_ object: [UInt8]) throws -> StateDict {
        let zip = W.zip(object, storages: [("0", W.floats([1])), ("1", W.floats([2]))])
        return try readStateDict(bytes: zip.bytes, file: "x")
    }

    @Test(arguments: ["state_dict", "net", "model", "model_state_dict", "network"])
    func unwraps(key: String) throws {
        let dict = try read(W.dictionary([("epoch", W.integer(3)), (key, Self.weights("w"))]))
        #expect(dict["w"]?.floats() == [1])
        #expect(dict.notes == ["unwrapped \(key)"])
    }

    @Test func unwrapsRepeatedly() throws {
        let dict = try read(W.dictionary([("model", W.dictionary([("state_dict", Self.weights("w"))]))]))
        #expect(dict.names == ["w"])
        #expect(dict.notes == ["unwrapped model.state_dict"])
    }

    @Test func saysWhichOfRawAndAveragedWeightsIsUsed() throws {
        let both = try read(W.dictionary([("ema_state_dict", Self.weights("w", "1")), ("net", Self.weights("w"))]))
        #expect(both["w"]?.floats() == [1])
        #expect(
            both.notes == ["unwrapped net", "used the raw weights of net, not the averaged ones of ema_state_dict"])
        let alone = try read(W.dictionary([("ema_state_dict", Self.weights("w", "1"))]))
        #expect(alone["w"]?.floats() == [2])
        #expect(
            alone.notes == [
                "unwrapped ema_state_dict",
                "used the averaged weights of ema_state_dict, the only ones in the file",
            ])
    }

    @Test(arguments: [
        ("module.a", ["stripped the prefix module. 1 times"]),
        ("_orig_mod.module.a", ["stripped the prefix module. 1 times", "stripped the prefix _orig_mod. 1 times"]),
        (
            "module._orig_mod.module.a",
            ["stripped the prefix module. 2 times", "stripped the prefix _orig_mod. 1 times"]
        ),
        ("a", []),
    ])
    func stripsPrefixesInAnyOrder(name: String, notes: [String]) throws {
        let dict = try read(Self.weights(name))
        #expect(dict.names == ["a"])
        #expect(dict.notes == notes)
    }

    @Test func refusesNamesThatComeTwice() throws {
        let tensor = W.tensor(W.storage("0", count: 1), [1], [1])
        let expected = FormatError.malformed(file: "x", place: .tensor("a"), problem: "the name comes twice")
        #expect(throws: expected) { try read(W.dictionary([("module.a", tensor), ("a", tensor)])) }
        #expect(throws: expected) { try read(W.dictionary([("a", tensor), ("a", tensor)])) }
        let one = try #require(Shape([]).flatMap { Tensor(shape: $0, values: [1]) })
        #expect(StateDict([("a", one), ("a", one)]) == nil)
    }

    @Test func namesTheKeysWhereThereAreNoTensors() {
        let keys = (0..<7).map { ("k\($0)", W.integer($0)) }
        #expect(throws: FormatError.noTensors(file: "x", found: "the keys k0, k1, k2, k3, k4 and 2 more")) {
            try read(W.dictionary(keys))
        }
        #expect(throws: FormatError.noTensors(file: "x", found: "the keys (none)")) { try read(W.dictionary([])) }
    }

    @Test(
        arguments: ([
            ([0x89] + Array("HDF\r\n\u{1A}\n____".utf8), "an HDF5 file, as Keras writes"),
            ([0x08, 0x07, 0x12, 0x07] + Array("pytorch\u{1A}".utf8), "an ONNX network"),
            (Array("SQLite format 3\0".utf8), "a SQLite database"),
            (Array("<!DOCTYPE html><p>".utf8), "a page from the web, not the file it should be"),
            (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "a Git LFS pointer, not the file itself"),
            ([0x1F, 0x8B, 8, 0], "a compressed file"),
            (Array("storages\0".utf8) + [UInt8](repeating: 0, count: 600), "a tar archive"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "an image"),
            (Array("import torch\n".utf8), "text"),
            ([UInt8](repeating: 1, count: 3073), "a file of CIFAR images by its size"),
            ([1, 2, 3], "no kind of checkpoint that is known here"),
            (ZipWriter([("images.npy", [])]).bytes, "an npz archive of arrays"),
            (ZipWriter([("word/document.xml", [])]).bytes, "a zip archive without data.pkl"),
            (NPYWriter.array("<f4", [1], [0, 0, 0, 0]), "a numpy array"),
        ] as [([UInt8], String)]).map { (Content($0), $1) })
    func recognizesForeignFiles(content: Content, kind: String) {
        #expect {
            try readStateDict(bytes: content.bytes, file: "x")
        } throws: { error in
            guard case .wrongKind("x", let found, let advice)? = error as? FormatError else { return false }
            return found == kind && !advice.isEmpty
        }
    }

    @Test func refusesEmptyFiles() {
        #expect(throws: FormatError.empty(file: "x")) { try readStateDict(bytes: [], file: "x") }
    }
}
