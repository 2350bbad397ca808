import Analysis
import ArgumentParser
import Execution
import Foundation
import Kernels
import Network

/// What a network puts out for some images, for comparison with other programs.
struct LogitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits", abstract: "Prints the logits of the first images as JSON.", shouldDisplay: false)

    @Argument(help: "A trained network.") var checkpoint: String
    @Option(help: "Labelled images.") var data: String
    @Option(help: "Images that go through.") var limit = 16
    @Option(help: "Normalisation by name.") var norm = "none"
    @Flag(
        help: ArgumentHelp(
            "Norms of each layer's first four rows as well, the cosine of the first two, and every eighth of the first."
        ))
    var layers = false

    private struct Output: Encodable {
        var architecture: String
        var parameters: Int
        var notes: [String]
        var layers: [Layer] = []
        var logits: [[Float]] = []
    }

    private struct Layer: Encodable {
        var name: String
        var shape: [Int]
        var l2: [Double]
        var cos01: Double
        var probe: [Float]
    }

    func run() throws {
        let pool = WorkerPool(threads: WorkerPool.availableProcessors)
        let store = ActivationStore()
        let input = try AnalysisInput(
            checkpoint: checkpoint, data: data, limit: limit, options: AnalysisOptions(), norm: norm, pool: pool,
            store: store)
        var output = Output(
            architecture: input.network.architecture, parameters: input.network.parameters, notes: input.notes)
        let found = input.network.layers
        let plan = ExecutionPlan(input.network.graph, taps: layers ? Set(found.map(\.output)) : [])
        var rows: [Int: Layer] = [:]
        let logits = try Executor(plan: plan, pool: pool, store: store).run(
            samples: input.images.count, fill: { try input.fill($0, $1) },
            tapped: { node, matrix in
                for (index, layer) in found.enumerated() where layer.output == node {
                    let places = plan.places(of: layer.shape)
                    rows[index] = Layer(
                        name: layer.name, shape: layer.shape,
                        l2: (0..<min(4, matrix.rows)).map { matrix.product($0, $0).squareRoot() },
                        cos01: matrix.rows < 2
                            ? 1
                            : matrix.product(0, 1) / (matrix.product(0, 0) * matrix.product(1, 1)).squareRoot(),
                        probe: stride(from: 0, to: places.count, by: max(1, places.count / 8)).prefix(8).map {
                            matrix.row(0)[Int(places[$0])]
                        })
                }
            })
        output.layers = found.indices.compactMap { rows[$0] }
        output.logits = (0..<logits.rows).map { row in (0..<logits.columns).map { logits.row(row)[$0] } }
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        print(String(decoding: try encoder.encode(output), as: UTF8.self))
    }
}

extension FeatureMatrix {
    /// The inner product of two rows.
    fileprivate func product(_ a: Int, _ b: Int) -> Double {
        (0..<columns).reduce(0) { $0 + Double(row(a)[$1]) * Double(row(b)[$1]) }
    }
}
