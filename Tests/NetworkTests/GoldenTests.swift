import Foundation
import Network
import StateDictionaries
import Tensors
import Testing

@Suite(.enabled(if: DevelopmentData.folder != nil, "needs SEPAL_SHARED, the folder of golden files"))
struct GoldenTests {
    @Test(arguments: [
        ("resnet20", "resnet20, option A"), ("resnet56", "resnet56, option A"),
        ("resnet56-optionB", "resnet56, option B"), ("resnet18", "resnet18"), ("resnet34", "resnet34"),
        ("resnet50", "resnet50"), ("resnet101", "resnet101"), ("vgg11_bn", "vgg11_bn"), ("vgg11_bn-mlp", "vgg11_bn"),
        ("vgg16_bn", "vgg16_bn"), ("vgg16_bn-mlp", "vgg16_bn"), ("vgg19_bn", "vgg19_bn"),
        ("vgg19_bn-mlp", "vgg19_bn"), ("mobilenetv2", "mobilenetv2"),
    ])
    func namesShapesAndCountsAreExact(name: String, architecture: String) throws {
        let golden = try #require(GoldenNetwork.all()[name])
        let candidates = try Network.candidates(parameters: golden.zeros(), inputShape: [3, 32, 32])
        #expect(candidates.count == 1, "nothing is left open")
        let network = candidates[0]
        #expect(network.architecture == architecture)
        #expect(network.parameters == golden.parameters)
        #expect(network.layers.map(\.name) == golden.layers.map(\.name))
        #expect(network.layers.map(\.shape) == golden.layers.map(\.shape))
    }

    @Test(arguments: ["resnet20", "resnet56-optionB"])
    func valuesAgree(name: String) throws { try checkValues(name) }

    /// The reference executor takes its time over these.
    @Test(
        .enabled(if: DevelopmentData.isThorough, "needs SEPAL_THOROUGH"),
        arguments: ["vgg11_bn", "vgg11_bn-mlp", "vgg16_bn-mlp", "mobilenetv2", "resnet18"])
    func valuesOfLargerNetworksAgree(name: String) throws { try checkValues(name) }

    /// Two images through the whole network.
    private func checkValues(_ name: String) throws {
        let golden = try #require(GoldenNetwork.all()[name])
        let network = try Network.recognize(parameters: golden.filled(), inputShape: [3, 32, 32])
        let outputs = try images(count: 2).map { try ReferenceExecutor.run(network.graph, input: $0) }
        for (layer, expected) in zip(network.layers, golden.layers) {
            let rows = outputs.map { $0[layer.output].map(Double.init) }
            let norms = rows.map { norm($0) }
            for (found, expected) in zip(norms, expected.l2) { #expect(isClose(found, expected), "\(layer.name)") }
            let cosine = zip(rows[0], rows[1]).reduce(0) { $0 + $1.0 * $1.1 } / (norms[0] * norms[1])
            #expect(isClose(cosine, expected.cos01), "\(layer.name)")
            let step = max(1, rows[0].count / 8)
            for (index, value) in expected.probe.enumerated() {
                // Where a sum nearly cancels, the error is relative to its terms: to the layer's usual value.
                let usual = norms[0] / Double(rows[0].count).squareRoot()
                #expect(isClose(rows[0][index * step], value, scale: usual), "\(layer.name)")
            }
        }
        for (row, expected) in zip(outputs, golden.logits) {
            let scale = norm(expected) / Double(expected.count).squareRoot()
            for (found, expected) in zip(row.last ?? [], expected) {
                #expect(isClose(Double(found), expected, scale: scale))
            }
        }
    }

    private func norm(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Within 1e-3 of the expected value or, where that is less, of a scale.
    private func isClose(_ found: Double, _ expected: Double, scale: Double = 0) -> Bool {
        abs(found - expected) <= 1e-3 * max(abs(expected), scale)
    }

    /// The first images of CIFAR-10's test batch, scaled to [0, 1] and normalised.
    private func images(count: Int) throws -> [[Float]] {
        let bytes = try DevelopmentData.bytes("data/test_batch.bin", count: 3073 * count)
        let (means, deviations) = ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
        return (0..<count).map { image in
            (0..<3072).map { index in
                let value = Double(bytes[3073 * image + 1 + index]) / 255
                return Float((value - means[index / 1024]) / deviations[index / 1024])
            }
        }
    }

    @Test(arguments: [("resnet56-n4000", "resnet56"), ("vgg16_bn-n4000", "vgg16_bn-mlp")])
    func theBlockLevelIsTheGoldenOne(file: String, name: String) throws {
        struct Run: Decodable {
            struct Flags: Decodable { let flags: [String] }
            struct Layer: Decodable {
                let name: String
                /// Flags on the block level, which only the layers have that are on it.
                let block: Flags?
            }
            let layers: [Layer]
        }
        let data = Data(try DevelopmentData.bytes("golden/\(file).json"))
        let run = try JSONDecoder().decode(Run.self, from: data)
        let golden = try #require(GoldenNetwork.all()[name])
        let network = try Network.recognize(parameters: golden.zeros(), inputShape: [3, 32, 32])
        #expect(network.layers.map(\.name) == run.layers.map(\.name))
        #expect(network.layers.map(\.isBlock) == run.layers.map { $0.block != nil })
    }

    @Test func theDemoCheckpointIsAResnet20OfOneChannel() throws {
        let parameters = try DevelopmentData.safetensors("data/demo/resnet20-digits.safetensors")
        let network = try Network.recognize(parameters: parameters, inputShape: [1, 8, 8])
        #expect(network.architecture == "resnet20, option A")
        // One channel instead of three: 2 · 16 · 9 weights fewer than the usual 269,722.
        #expect(network.parameters == 269_722 - 288)
        #expect(network.layers.last?.shape == [64, 2, 2])
        let logits = try ReferenceExecutor.run(network.graph, input: Array(repeating: 0, count: 64)).last
        #expect(logits?.count == 10)
        #expect(logits?.allSatisfy(\.isFinite) == true)
    }
}
