import Foundation
import Formats
import Network
import Testing

@testable import Pruning

/// Checkpoints that were cut, in PyTorch: the collections' classes with fewer blocks load them and put out what the graph
/// without the units does, and what the whole class does with nothing in the units' places.
@Suite(.enabled("needs python3 with torch, numpy and Pillow") { await PythonProcess.hasTorch() })
struct ZooTests {
    private struct Found: Decodable {
        /// Of the smaller class, and of the whole one with the units taken out.
        var smaller: [Float]
        var without: [Float]
    }

    private struct Order: Encodable {
        var whole: String
        var smaller: String
        var cut: [String]
    }

    private static let driver = """
        import json, os, sys, torch
        sys.path.insert(0, sys.argv[2])
        import zoo
        os.chdir(sys.argv[1])
        image = torch.tensor(json.load(open("image.json"))).reshape(1, 3, 32, 32)
        found = []
        for index, item in enumerate(json.load(open("orders.json"))):
            networks = []
            for name, expression in (("whole", item["whole"]), ("cut", item["smaller"])):
                network = eval(expression, vars(zoo)).eval()
                state = torch.load(f"{name}{index}.pth", weights_only=True)
                network.load_state_dict(state, strict=True)
                networks.append(network)
            with torch.inference_mode():
                found.append({"smaller": networks[1](image)[0].tolist(),
                              "without": zoo.without(networks[0], item["cut"])(image)[0].tolist()})
        print(json.dumps(found))
        """

    /// One process for all, since starting PyTorch takes longer than anything it does here.
    @Test func classesWithFewerBlocksAgree() async throws {
        let image = OperationGraph.numbers(3 * 32 * 32)
        try await PythonProcess.inFolder { folder in
            func path(_ name: String) -> String { folder.appending(path: name).path }
            var expected: [[Float]] = []
            var orders: [Order] = []
            for (index, item) in ZooCase.all.enumerated() {
                let (pruned, graph) = try item.pruned()
                expected.append(try ReferenceExecutor.run(graph, input: image).last ?? [])
                let whole = try #require(StateDict(item.whole().parameters))
                try writeStateDict(whole, as: .torch, to: path("whole\(index).pth"))
                try writeStateDict(pruned.state, as: .torch, to: path("cut\(index).pth"))
                orders.append(Order(whole: item.classes.whole, smaller: item.classes.cut, cut: item.cut))
            }
            try JSONEncoder().encode(image).write(to: folder.appending(path: "image.json"))
            try JSONEncoder().encode(orders).write(to: folder.appending(path: "orders.json"))
            let sources = URL(filePath: #filePath).deletingLastPathComponent().path
            let result = try await PythonProcess.run(["-c", Self.driver, folder.path, sources])
            try #require(result.code == 0, "\(result.errors)")
            let found = try JSONDecoder().decode([Found].self, from: Data(result.output.utf8))
            try #require(found.count == expected.count)
            for (index, item) in ZooCase.all.enumerated() {
                let (smaller, without) = (found[index].smaller, found[index].without)
                #expect(difference(smaller, expected[index]) < 1e-4, "\(item.testDescription)")
                #expect(difference(without, expected[index]) < 1e-4, "\(item.testDescription)")
            }
        }
    }

    /// The largest difference, as a share of the largest value; infinite where there is nothing to compare.
    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        let scale = b.reduce(0) { max($0, abs($1)) }
        guard a.count == b.count, scale > 0, scale.isFinite else { return .infinity }
        return zip(a, b).reduce(0) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity } / scale
    }
}
