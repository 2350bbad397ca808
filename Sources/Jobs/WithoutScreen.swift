import Analysis
import Separation
import Synchronization

/// Runs a job with progress on standard error; an interruption ends it between two tiles.
package func analyzeWithoutScreen(_ job: Job) throws -> (RunHeader, [LayerResult?]) {
    let line = ProgressLine()
    let found = FoundLayers()
    let prepared = try job.prepare(cancellation: .bySignal()) { line.note($0) }
    // The line is to be cleared.
    let header = try endingInOrder {
        defer { line.finish() }
        return try prepared.run { event in
            found.take(event)
            line.show(event)
        }
    }
    if let warning = header.warning { line.note(warning) }
    return (header, header.layers.indices.map { found[$0] })
}

/// The layers that a job has finished, collected from its threads.
package final class FoundLayers: Sendable {
    private let results = Mutex<[Int: LayerResult]>([:])

    package init() {}

    package func take(_ event: AnalysisEvent) {
        guard case .layer(let index, let result, isPreview: false) = event else { return }
        results.withLock { $0[index] = result }
    }

    package subscript(layer: Int) -> LayerResult? { results.withLock { $0[layer] } }
}
