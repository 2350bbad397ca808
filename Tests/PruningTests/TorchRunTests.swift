import Formats
import Foundation
import Network
import StateDictionaries
import Tensors
import Testing

@testable import Pruning

/// What PyTorch makes of the scripts' modules, against the reference executor.
@Suite(.enabled("needs python3 with torch, numpy and Pillow") { await PythonProcess.hasTorch() })
struct TorchRunTests {
    private struct Case {
        var name: String
        var network: Network
        var entries: [(name: String, tensor: Tensor)]
        var shapes: [String: [Int]]?
    }

    private static func families() throws -> [Case] {
        let dictionaries: [(String, StateDictionary)] = [
            ("resnet, option A", .init(widths: [4, 8], counts: [2, 1])),
            ("resnet, projections", .init(widths: [4, 8], counts: [1, 1], shortcut: "shortcut")),
            (
                "resnet, wide stem",
                .init(stemKernel: 7, widths: [4, 4, 8, 8], counts: [1, 1, 1, 1], shortcut: "downsample", head: "fc")
            ),
            ("resnet, convolution as head", .init(widths: [4], counts: [1], headAxes: [1, 1])),
            ("preactresnet", .preActivation(widths: [4, 4, 8, 8], counts: [1, 1, 1, 1])),
            ("vgg", .vgg([4, 0, 6, 6, 0, 8])),
            (
                "mobilenet",
                .mobileNet([4, 6, 8, 10, 12, 14, 16].enumerated().map { ($0 == 0 ? 1 : 3, $1, 1) }, stem: 4, last: 16)
            ),
        ]
        return try dictionaries.map { name, dictionary in
            let network = try dictionary.recognized(height: 32, width: 32)
            return Case(name: name, network: network, entries: dictionary.parameters, shapes: dictionary.shapes)
        }
    }

    /// Rows are no pictures, and so have no script of their own: a move makes one of a picture first.
    private static func operations() throws -> [Case] {
        try OperationGraph.all.enumerated().map { index, graph in
            var builder = try GraphBuilder(inputShape: graph.input.count == 3 ? graph.input : [1, 1, graph.input[0]])
            var last = 0
            if graph.input.count == 1 {
                last = try builder.append("row", .rearrange(.reshape(builder.nodes[0].shape, to: graph.input)), to: 0)
            }
            last = try builder.append("it", graph.operation, to: Array(repeating: last, count: graph.inputs))
            let shape = builder.nodes[last].shape
            if shape.count > 1 {
                try builder.append("out", .rearrange(.reshape(shape, to: [shape.reduce(1, *)])), to: last)
            }
            let network = Network(architecture: graph.line, graph: try builder.graph())
            return Case(
                name: "\(index) \(graph.line)", network: network,
                entries: TorchModule.stateDict(of: network.graph))
        }
    }

    /// Networks as PyTorch exports them, which have no checkpoint: with moves, gates, normalisation over channels.
    private static func exports() throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "NetworkTests/ONNX/Exports")
        return try ["residual-legacy11.onnx", "shuffle-legacy17.onnx", "convnext-dynamo.onnx"].map { file in
            let bytes = try readFile(folder.appending(path: file).path)
            let network = try ImportedNetwork(
                readONNX(bytes: bytes, file: file, folder: folder.path), inputShape: [3, 8, 8]
            ).network
            return Case(name: file, network: network, entries: TorchModule.stateDict(of: network.graph))
        }
    }

    /// Names that are attributes of every module, that are paths without a name between, or that hold one another.
    private static func oddNames() throws -> Case {
        var builder = try GraphBuilder(inputShape: [2, 1, 2])
        var last = 0
        for (index, name) in ["forward", "type.train", "type", "/a/b \"c\\d\"", "x..y", "é\n"].enumerated() {
            let operation = OperationGraph.numbers(4, index)
            let convolution = Convolution(inputChannels: 2, outputChannels: 2, kernel: (1, 1), weight: operation)
            last = try builder.append(name, .convolution(convolution), to: last)
        }
        try builder.append("pool", .globalAveragePool, to: last)
        let network = Network(architecture: "odd names", graph: try builder.graph())
        return Case(name: "odd names", network: network, entries: TorchModule.stateDict(of: network.graph))
    }

    /// One process for all, since starting PyTorch takes longer than anything it does here.
    @Test func logitsAreThoseOfTheReference() async throws {
        let cases = try Self.families() + Self.operations() + Self.exports() + [Self.oddNames()]
        try await PythonProcess.inFolder { folder in
            var images: [[Float]] = []
            for (index, item) in cases.enumerated() {
                let shape = item.network.graph.inputShape
                let image = OperationGraph.numbers(shape.reduce(1, *), index)
                images.append(image)
                let script = FinetuneScript(
                    network: item.network, shapes: item.shapes, checkpoint: "case\(index).safetensors",
                    mean: Array(repeating: 0, count: shape[0]), std: Array(repeating: 1, count: shape[0]))
                try script.text(name: "case\(index).py").write(
                    to: folder.appending(path: "case\(index).py"), atomically: true, encoding: .utf8)
                try PythonProcess.safetensors(item.entries)
                    .write(to: folder.appending(path: "case\(index).safetensors"))
            }
            try JSONEncoder().encode(images).write(to: folder.appending(path: "images.json"))
            let driver = """
                import importlib, json, os, sys
                import torch
                folder = sys.argv[1]
                sys.path.insert(0, folder)
                found = []
                for index, image in enumerate(json.load(open(os.path.join(folder, "images.json")))):
                    script = importlib.import_module(f"case{index}")
                    network = script.Network()
                    script.load_weights(network, os.path.join(folder, script.CHECKPOINT))
                    # Two images, so that the batch is not taken for another axis.
                    images = torch.tensor(image).reshape(1, *script.SHAPE).repeat(2, 1, 1, 1)
                    with torch.inference_mode():
                        logits = network.eval()(images.contiguous(memory_format=script.FORMAT))
                    assert torch.equal(logits[0], logits[1]) or (logits[0] - logits[1]).abs().max() < 1e-5, index
                    keys = [key for key in network.state_dict() if not key.endswith(".num_batches_tracked")]
                    found.append({"logits": logits[0].tolist(), "keys": keys})
                print(json.dumps(found))
                """
            let result = try await PythonProcess.run(["-c", driver, folder.path])
            try #require(result.code == 0, "\(result.errors)")
            let found = try JSONDecoder().decode([Found].self, from: Data(result.output.utf8))
            try #require(found.count == cases.count)
            for (index, item) in cases.enumerated() {
                let expected = try ReferenceExecutor.run(item.network.graph, input: images[index]).last ?? []
                #expect(isClose(found[index].logits, expected), "\(item.name)")
                let keys = Set(item.entries.map(\.name).filter { !$0.hasSuffix(".num_batches_tracked") })
                #expect(found[index].keys == keys, "\(item.name)")
            }
        }
    }

    private struct Found: Decodable {
        var logits: [Float]
        var keys: Set<String>
    }

    /// Within 10⁻⁴ of the largest value; NaN is close to nothing.
    private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
        let scale = b.reduce(1) { max($0, abs($1)) }
        return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * scale }
    }
}
