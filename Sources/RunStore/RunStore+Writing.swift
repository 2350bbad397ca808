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
        let records = try LayerRecords(result, layer: layer, geometry: geometry, of: opened, path: path)
        do {
            try queue.write { database in
                guard try !records.figures.exists(database) else {
                    throw RunStoreError.alreadyStored(path: path, layer: result.name)
                }
                try records.figures.insert(database)
                try records.graph.insert(database)
                try records.geometry?.insert(database)
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
            let text = try Self.headerText(header, path: path)
            try queue.write { database in
                try database.execute(
                    sql: "UPDATE run SET header = ?, complete = complete OR ?", arguments: [text, isComplete])
            }
        } catch {
            throw RunStoreError(error, path: path, part: "header")
        }
    }
}
