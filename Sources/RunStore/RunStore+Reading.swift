import GRDB
import Separation

extension RunStore {
    /// The header as it stands in the file now.
    public func header() throws(RunStoreError) -> RunHeader {
        try read("header") { try Self.fetchHeader($0, path: self.path) }
    }

    /// Whether the job has said that the run is complete.
    public func isComplete() throws(RunStoreError) -> Bool {
        try read("header") { try Bool.fetchOne($0, sql: "SELECT complete FROM run") ?? false }
    }

    /// Indices of the layers that are stored, ascending.
    public func finishedLayers() throws(RunStoreError) -> [Int] {
        try read("table of layers") { try Int.fetchAll($0, sql: "SELECT position FROM layer ORDER BY position") }
            .filter(opened.layers.indices.contains)
    }

    /// All figures of all layers, without edges and neighbours: an entry for each layer of the header, nil while missing.
    ///
    /// - Complexity: O(layers); the graphs aren't touched.
    public func figures() throws(RunStoreError) -> [LayerResult?] {
        let records = try read("table of layers") { try LayerRecord.fetchAll($0) }
        var results = [LayerResult?](repeating: nil, count: opened.layers.count)
        for record in records where results.indices.contains(record.position) {
            let none = NeighborLists(k: 0, indices: [], similarities: [])
            results[record.position] = try result(record, edges: [], neighbors: none)
        }
        return results
    }

    /// All that is stored of a layer, edges and neighbours included; nil while it is missing.
    public func layer(_ layer: Int) throws(RunStoreError) -> LayerResult? {
        guard opened.layers.indices.contains(layer) else { return nil }
        let records = try read(part(layer)) { database in
            (try LayerRecord.fetchOne(database, key: layer), try GraphRecord.fetchOne(database, key: layer))
        }
        guard let record = records.0 else { return nil }
        guard let graph = records.1 else { throw damaged(layer, "its graph is missing") }
        return try result(record, edges: edges(graph), neighbors: neighbors(graph))
    }

    /// Everything: an entry for each layer of the header, nil while missing.
    public func results() throws(RunStoreError) -> [LayerResult?] {
        var results: [LayerResult?] = []
        for index in opened.layers.indices { results.append(try layer(index)) }
        return results
    }

    /// The edges of a layer, ascending by (source, target); none while it is missing.
    public func edges(layer: Int) throws(RunStoreError) -> [Edge] {
        try graph(layer).map { graph throws(RunStoreError) in try edges(graph) } ?? []
    }

    /// The neighbours of a layer; none while it is missing.
    public func neighbors(layer: Int) throws(RunStoreError) -> NeighborLists {
        try graph(layer).map { graph throws(RunStoreError) in try neighbors(graph) }
            ?? NeighborLists(k: 0, indices: [], similarities: [])
    }

    /// The edges of a layer between each two classes, without unpacking the edges; nil while it is missing.
    public func classEdges(layer: Int) throws(RunStoreError) -> ClassEdges? {
        guard let graph = try graph(layer) else { return nil }
        guard let table = graph.classEdges.classEdges() else { throw damaged(layer, "class counts can't be unpacked") }
        return table
    }

    private func graph(_ layer: Int) throws(RunStoreError) -> GraphRecord? {
        guard opened.layers.indices.contains(layer) else { return nil }
        return try read(part(layer)) { try GraphRecord.fetchOne($0, key: layer) }
    }

    private func edges(_ graph: GraphRecord) throws(RunStoreError) -> [Edge] {
        guard let edges = graph.edges.edges(samples: opened.labels.count) else {
            throw damaged(graph.position, "edges can't be unpacked")
        }
        return edges
    }

    private func neighbors(_ graph: GraphRecord) throws(RunStoreError) -> NeighborLists {
        guard let lists = graph.neighbors.neighbors(samples: opened.labels.count) else {
            throw damaged(graph.position, "neighbours can't be unpacked")
        }
        return lists
    }

    /// `record.position` is the index of a layer.
    private func result(
        _ record: LayerRecord, edges: [Edge], neighbors: NeighborLists
    ) throws(RunStoreError) -> LayerResult {
        guard record.isSound else { throw damaged(record.position, "counts that no layer can have") }
        guard record.isFinite else { throw damaged(record.position, "figures that are not finite") }
        return record.result(opened.layers[record.position], edges: edges, neighbors: neighbors)
    }

    func part(_ layer: Int) -> String { "layer \(opened.layers[layer].name)" }

    func damaged(_ layer: Int, _ reason: String) -> RunStoreError {
        .damaged(path: path, part: part(layer), reason: reason)
    }

    /// One consistent reading; any error is said to be of `part`.
    func read<Value: Sendable>(
        _ part: String, _ body: @Sendable (Database) throws -> Value
    ) throws(RunStoreError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw RunStoreError(error, path: path, part: part)
        }
    }
}
