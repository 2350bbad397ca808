import Formats
import Foundation
import Network
import Testing

/// Small networks as PyTorch exports them, against what PyTorch makes of an image.
@Suite struct ONNXExportTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Exports")
    static let files = ["residual", "shuffle", "convnext"].flatMap { name in
        ["legacy11", "legacy17", "dynamo"].map { "\(name)-\($0).onnx" }
    }

    static func network(_ file: String) throws -> ImportedNetwork {
        let bytes = try readFile(folder.appending(path: file).path)
        return try ImportedNetwork(readONNX(bytes: bytes, file: file, folder: folder.path), inputShape: [3, 8, 8])
    }

    private func network(_ file: String) throws -> ImportedNetwork { try Self.network(file) }

    @Test(arguments: files)
    func givesTheLogitsOfPyTorch(file: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: "logits.json"))
        let expected = try #require(try JSONDecoder().decode([String: [Float]].self, from: data)[file])
        let image = (0..<192).map { Float($0 * 37 % 101) / 101 - 0.5 }
        let logits = try ReferenceExecutor.run(network(file).network.graph, input: image).last ?? []
        #expect(isClose(logits, expected, within: 1e-4))
    }

    /// Layers with normalisation, sum and activation apart, as the checkpoint names them.
    @Test func keepsTheNamesOfTheCheckpoint() throws {
        let imported = try network("residual-legacy11.onnx")
        #expect(imported.notes.isEmpty)
        #expect(imported.network.layers.map(\.name).starts(with: ["stem", "conv"]))
        #expect(imported.network.layers.contains { $0.name == "last" })
        let folded = try network("residual-legacy17.onnx")
        #expect(folded.notes.count == 1)
        #expect(folded.network.layers.map(\.shape) == imported.network.layers.map(\.shape))
    }

    /// Nothing is moved in a ConvNeXt, however often it is transposed; a shuffle is one move.
    @Test func movesNoMoreThanItMust() throws {
        func moves(_ file: String) throws -> Int {
            try network(file).network.graph.nodes.count { if case .rearrange = $0.operation { true } else { false } }
        }
        for kind in ["legacy11", "legacy17", "dynamo"] {
            #expect(try moves("convnext-\(kind).onnx") == 0)
            // Two slices for the halves, one shuffle.
            #expect(try moves("shuffle-\(kind).onnx") == 3)
        }
    }

    /// Attention to the two halves of a file: nothing that is cut off or changed may trap.
    @Test func survivesMutations() throws {
        let good = try readFile(Self.folder.appending(path: "shuffle-legacy11.onnx").path)
        var state: UInt64 = 5
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var limits = Limits()
        limits.decodedBytes = 1 << 20
        limits.objects = 10_000
        var refused = 0
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            do {
                let graph = try readONNX(bytes: bytes, file: "x", limits: limits)
                _ = try ImportedNetwork(graph, inputShape: [3, 8, 8])
            } catch is FormatError {
                refused += 1
            } catch is NetworkError {
                refused += 1
            }
        }
        #expect(refused > 200)
    }
}
