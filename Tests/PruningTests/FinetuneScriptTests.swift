import Network
import Testing

@testable import Pruning

@Suite struct FinetuneScriptTests {
    private func network() throws -> Network {
        var builder = try GraphBuilder(inputShape: [1, 4, 4])
        let pool = try builder.append("pool", .globalAveragePool, to: 0)
        let head = Linear(inputs: 1, outputs: 2, weight: [1, 2], bias: [0, 0])
        try builder.append("head", .linear(head), to: pool)
        return Network(architecture: "by \"hand\"", graph: try builder.graph())
    }

    @Test func everyPlaceIsFilled() throws {
        let script = FinetuneScript(
            network: try network(), shapes: nil, checkpoint: "it's \"cut\".pth", mean: [0.5], std: [0.25])
        let text = try script.text(name: "tune.py")
        #expect(!text.contains("{{"))
        #expect(text.hasPrefix("\"\"\"Retrains a network that was cut: by ?hand?.\n\n    python3 tune.py --data"))
        #expect(text.contains("\nCHECKPOINT = \"it's \\\"cut\\\".pth\"\n"))
        #expect(text.contains("\nSHAPE = (1, 4, 4)  #"))
        #expect(text.contains("\nCLASSES = 2\nMEAN = [0.5]  # of pixels from 0 to 1\nSTD = [0.25]\n"))
        #expect(text.contains("\nclass Network(nn.Module):\n    \"\"\"by ?hand?: 4 parameters.\"\"\"\n"))
    }

    @Test func normalizationMustFitTheChannels() throws {
        let script = FinetuneScript(
            network: try network(), shapes: nil, checkpoint: "cut.pth", mean: [0.5, 0.5], std: [0.25])
        #expect(throws: PruningError.noTorchForm(node: "input", problem: "training on samples that are no pictures")) {
            try script.text(name: "tune.py")
        }
    }
}
