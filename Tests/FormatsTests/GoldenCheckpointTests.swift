import Foundation
import Tensors
import Testing

@testable import Formats

private let shared = ProcessInfo.processInfo.environment["SEPAL_SHARED"]

/// Public checkpoints against figures computed from them with Python's own pickle and NumPy.
@Suite(.enabled(if: shared != nil, "needs SEPAL_SHARED, the folder of golden files"))
struct GoldenCheckpointTests {
    private func read(_ name: String) throws -> StateDict {
        let path = "\(shared ?? "")/data/\(name)"
        return try readStateDict(bytes: try readFile(path), file: path)
    }

    /// Σ (i mod 97)·x_i tells orders apart, which a plain sum does not.
    private func weightedSum(_ tensor: Tensor?) -> Double {
        (tensor?.floats() ?? []).enumerated().reduce(0) { $0 + Double($1.offset % 97) * Double($1.element) }
    }

    private func count(_ dict: StateDict) -> Int { dict.entries.reduce(0) { $0 + $1.tensor.shape.count } }

    @Test func readsResNet20() throws {
        let dict = try read("checkpoints/resnet20-12fca82f.th")
        #expect(dict.names.count == 97)
        #expect(count(dict) == 271_098)
        #expect(Array(dict.names.prefix(2)) == ["conv1.weight", "bn1.weight"])
        #expect(dict.names.last == "linear.bias")
        #expect(dict.notes == ["unwrapped state_dict", "stripped the prefix module. 97 times"])
        #expect(dict["conv1.weight"]?.shape.dims == [16, 3, 3, 3])
        #expect(dict["conv1.weight"]?.floats().first == -0.13818146)
        #expect(dict["conv1.weight"]?.floats().last == 0.3087102)
        #expect(abs(weightedSum(dict["layer3.2.conv2.weight"]) + 555.8265696730786) < 1e-9)
    }

    @Test func readsResNet56() throws {
        let dict = try read("checkpoints/resnet56-4bfd9763.th")
        #expect(dict.names.count == 277)
        #expect(count(dict) == 857_082)
        #expect(dict["linear.weight"]?.shape.dims == [10, 64])
        #expect(dict["linear.weight"]?.floats().first == -0.36128366)
        #expect(dict["bn1.weight"]?.floats().last == 0.99743503)
    }

    /// Its convolutions are stored channels last: every one has to be gathered.
    @Test func readsVGG16() throws {
        let dict = try read("checkpoints/vgg16_bn-jpeg.pth")
        #expect(dict.names.count == 93)
        #expect(count(dict) == 14_736_727)
        #expect(dict.notes == ["unwrapped net"])
        #expect(dict["features.0.weight"]?.shape.dims == [64, 3, 3, 3])
        #expect(abs(weightedSum(dict["features.0.weight"]) + 65.58335851703305) < 1e-9)
        #expect(abs(weightedSum(dict["features.7.weight"]) + 8965.06799571024) < 1e-6)
        #expect(dict["features.1.num_batches_tracked"]?.integers() == [2346])
    }

    @Test(
        arguments: ["checkpoints/resnet56-4bfd9763.th", "checkpoints/vgg16_bn-jpeg.pth"], StateDictFormat.allCases)
    func comesBackAsItWas(name: String, format: StateDictFormat) throws {
        let dict = try read(name)
        let again = try readStateDict(bytes: try stateDictBytes(dict, as: format, file: name), file: name)
        #expect(again.names == dict.names)
        #expect(again.entries.allSatisfy { dict[$0.name] == $0.tensor })
    }

    @Test func readsTheDemonstrationCheckpoint() throws {
        let dict = try read("demo/resnet20-digits.safetensors")
        #expect(dict.names.count == 97)
        #expect(dict.metadata["mean"] == "0.305720")
        #expect(dict.metadata["std"] == "0.375988")
        #expect(dict["conv1.weight"]?.shape.dims == [16, 1, 3, 3])
        #expect(dict["conv1.weight"]?.floats().first == 0.13428324)
        #expect(dict["linear.bias"]?.floats().last == -0.01178898)
    }
}
