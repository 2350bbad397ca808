import Network
import StateDictionaries
import Testing

/// Small networks of the further collections against PyTorch 2.15, computing with modules written as the collections
/// write them: the first five logits.
@Suite struct CollectionValueTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let dictionary: @Sendable () -> StateDictionary
        /// What the candidate's name ends with.
        let ending: String
        let logits: [Double]
        let testDescription: String

        init(
            _ name: String, ending: String = "", _ logits: [Double],
            _ dictionary: @escaping @Sendable () -> StateDictionary
        ) {
            testDescription = name
            self.ending = ending
            self.logits = logits
            self.dictionary = dictionary
        }
    }

    static let stages: [StateDictionary.Stage] = [
        (1, 3, 1), (2, 4, 2), (2, 5, 1), (2, 6, 2), (2, 7, 1), (2, 8, 1), (2, 9, 1),
    ]

    @Sendable static func mobileNet() -> StateDictionary { .mobileNet(stages, stem: 4, last: 12) }

    @Sendable static func fourStages() -> StateDictionary {
        StateDictionary(widths: [4, 4, 6, 6], counts: [1, 1, 1, 1], shortcut: "downsample", head: "fc")
    }

    static let cases = [
        Case("pre-activation", [0.226409, -3.83522, 1.13151, -0.936799, 3.00113]) {
            .preActivation(widths: [4, 6], counts: [2, 1])
        },
        Case("pre-activation, bottlenecks", [2.09981, 1.08545, -0.0649173, -0.19445, -1.12728]) {
            .preActivation(widths: [2, 3], counts: [1, 2], isBottleneck: true)
        },
        Case(
            "pool after a 3×3 stem", ending: ", pool after the stem",
            [1.10445, -0.667799, -1.11699, 0.927556, 0.0213803], fourStages),
        Case(
            "no pool after a 3×3 stem", ending: "no pool after the stem",
            [0.820162, -0.752637, -0.753856, 0.460888, 0.495757], fourStages),
        Case("7×7 stem", [0.240971, 0.104894, -0.0453034, 0.00516428, -0.128903]) {
            StateDictionary(
                stemKernel: 7, widths: [4, 4, 6, 6], counts: [1, 1, 1, 1], shortcut: "downsample", head: "fc")
        },
        Case("residual functions", [-0.344014, -0.937516, -0.0240857, 0.0368681, 0.399658]) {
            .residualFunctions(widths: [2, 3], counts: [1, 2], isBottleneck: true, classes: 10)
        },
        Case(
            "ReLU6 and CIFAR's strides", ending: "relu6, cifar strides",
            [0.0897681, -0.0191872, -0.121501, -0.0319523, 0.0709129], mobileNet),
        Case(
            "ReLU6 and ImageNet's strides", ending: "relu6, imagenet strides",
            [0.0711199, -0.0146255, -0.10669, -0.0359655, 0.0506548], mobileNet),
        Case(
            "ReLU and CIFAR's strides", ending: "relu, cifar strides",
            [0.0899137, -0.019172, -0.121546, -0.0319363, 0.0710641], mobileNet),
        Case(
            "ReLU and ImageNet's strides", ending: "relu, imagenet strides",
            [0.0711832, -0.0146321, -0.106691, -0.0359582, 0.0507168], mobileNet),
        Case(
            "VGG averaged to 7×7", ending: ", pool at the end",
            [-4.46026, -11.6301, -7.85236, -6.08353, -11.2092]
        ) {
            .vgg(
                [4, 0, 5, 5, 0], isNormalized: false, classifier: [0, 3, 6], hidden: 6, inputs: 5 * 49)
        },
        Case(
            "VGG with BatchNorm averaged to 1×1", ending: ", pool at the end",
            [-2.81809, 1.07826, 1.9003, 0.534752, 0.124197]
        ) { .vgg([4, 0, 5, 5, 0], classifier: [0, 3, 6], hidden: 6) },
    ]

    @Test(arguments: cases)
    func logits(_ wanted: Case) throws {
        let parameters = try RegeneratedWeights.filled(wanted.dictionary().parameters)
        let candidates = try Network.candidates(parameters: parameters, inputShape: [3, 32, 32])
        let network = try #require(candidates.first { $0.architecture.hasSuffix(wanted.ending) })
        let image = (0..<3072).map { Float($0 * 7919 % 1000) / 100 - 5 }
        let logits = try #require(ReferenceExecutor.run(network.graph, input: image).last)
        let usual = wanted.logits.map(abs).max() ?? 0
        for (found, expected) in zip(logits, wanted.logits) {
            #expect(abs(Double(found) - expected) <= 1e-4 * usual, "\(found) instead of \(expected)")
        }
    }
}
