import Foundation
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

    /// Names that look like marks, or like the end of a string, are no part of the script but what they are.
    @Test func marksAreFilledInOnce() async throws {
        let names = ["a# {{network}}z", "# {{constants}}", "{{script}}", "\"\"\"", "\\", "b\nimport os\u{2028}", "'"]
        let script = FinetuneScript(
            network: try network(), shapes: nil, checkpoint: names.joined(), mean: [0.5], std: [0.25], cut: names)
        let text = try script.text(name: "{{network}}\"\"\".py")
        #expect(text.split(separator: "class Network(nn.Module):", omittingEmptySubsequences: false).count == 2)
        let read = """
            import ast, sys
            tree = ast.parse(open(sys.argv[1]).read())
            values = {t.id: n.value for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
            print(ascii([ast.literal_eval(values[name]) for name in ("CUT", "CHECKPOINT")]))
            print(ascii(sys.argv[2:]))
            """
        try await PythonProcess.inFolder { folder in
            let file = folder.appending(path: "tune.py")
            try Data(text.utf8).write(to: file)
            let result = try await PythonProcess.run([
                "-c", read, file.path, names.joined(separator: ","), names.joined(),
            ])
            let lines = result.output.split(separator: "\n")
            #expect(result.code == 0 && lines.count == 2 && lines[0] == lines[1], "\(result)")
        }
    }

    @Test func normalizationMustFitTheChannels() throws {
        let script = FinetuneScript(
            network: try network(), shapes: nil, checkpoint: "cut.pth", mean: [0.5, 0.5], std: [0.25])
        #expect(throws: PruningError.noTorchForm(node: "input", problem: "training on samples that are no pictures")) {
            try script.text(name: "tune.py")
        }
    }
}
