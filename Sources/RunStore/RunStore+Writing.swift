import GRDB
import Separation

extension RunStore {
    /// Stores a finished layer, in one transaction.
    ///
    /// - Parameters:
    ///   - result: Its edges ascend by (source, target), each with source < target.
    ///   - layer: Its index in the header's layers.
    ///   - geometry: How its samples lie, of as many samples as the run has.
    /// - Throws: `alreadyStored`; `unfitLayer` for a result that can't be of this run; `busy`; `failed`; `notWritable` for
    ///   a store opened to read.
    /// - Complexity: O(|E| + kN), and O(n²) for a Gram triangle; about 13 bytes an edge and neighbour together, 1 MB a triangle.
    public func append(
        _ result: LayerResult, layer: Int, geometry: LayerGeometry? = nil
    ) throws(RunStoreError) {
        let samples = opened.labels.count
        func unfit(_ reason: String) -> RunStoreError {
            .unfitLayer(path: path, layer: result.name, reason: reason)
        }
        guard opened.layers.indices.contains(layer), opened.layers[layer] == result.description else {
            throw unfit("layer \(layer) of the run is another")
        }
        guard let edges = PackedBytes(edges: result.edges, samples: samples) else {
            throw unfit("edges out of order, or of samples beyond \(samples)")
        }
        guard let neighbors = PackedBytes(neighbors: result.neighbors, samples: samples) else {
            throw unfit("neighbours of samples beyond \(samples), or lists of uneven length")
        }
        guard let table = PackedBytes(classEdges: ClassEdges(edges: result.edges, labels: opened.labels)) else {
            throw unfit("negative classes")
        }
        let record = LayerRecord(result, position: layer)
        guard record.isSound, record.isFinite else { throw unfit("figures that are not finite, or negative counts") }
        let graph = GraphRecord(position: layer, edges: edges, neighbors: neighbors, classEdges: table)
        let shape = try geometry.map { geometry throws(RunStoreError) in
            guard let record = GeometryRecord(geometry, position: layer, samples: samples) else {
                throw unfit("a map or Gram matrix of another number of samples, or not finite")
            }
            return record
        }
        do {
            try queue.write { database in
                guard try !record.exists(database) else {
                    throw RunStoreError.alreadyStored(path: path, layer: result.name)
                }
                try record.insert(database)
                try graph.insert(database)
                try shape?.insert(database)
            }
        } catch {
            throw RunStoreError(error, path: path, part: "layer \(result.name)")
        }
    }

    /// Stores what has become known of the run: accuracy, predictions, seconds, memory, how it is looked at, and, at its end,
    /// that it is complete.
    ///
    /// - Throws: `differentRun` where the header isn't of this run; `damaged` where it contradicts itself; `busy`; `failed`.
    public func update(_ header: RunHeader, isComplete: Bool = false) throws(RunStoreError) {
        let differences = opened.differences(from: header)
        guard differences.isEmpty else { throw .differentRun(path: path, differences: differences) }
        if let contradiction = header.contradiction {
            throw .damaged(path: path, part: "header", reason: contradiction)
        }
        do {
            let text = try Self.headerText(header)
            try queue.write { database in
                try database.execute(
                    sql: "UPDATE run SET header = ?, complete = complete OR ?", arguments: [text, isComplete])
            }
        } catch {
            throw RunStoreError(error, path: path, part: "header")
        }
    }
}
