import GRDB
import Separation

extension RunStore {
    /// The header as it stands in the file now.
    public func header() throws(RunStoreError) -> RunHeader {
        try read("header", longest: Self.longestHeader + 1024) { try Self.fetchHeader($0, path: self.path) }
    }

    /// Whether the job has said that the run is complete.
    public func isComplete() throws(RunStoreError) -> Bool {
        try read("header") { try Bool.fetchOne($0, sql: "SELECT complete FROM run") ?? false }
    }

    /// Indices of the layers that are stored, ascending.
    public func finishedLayers() throws(RunStoreError) -> [Int] {
        try read("table of layers") { [count = opened.layers.count] database in
            try Int.fetchAll(
                database,
                sql: "SELECT position FROM layer WHERE position >= 0 AND position < ? ORDER BY position LIMIT ?",
                arguments: [count, count])
        }
    }

    /// All figures of all layers, without edges and neighbours: an entry for each layer of the header, nil while missing.
    ///
    /// - Complexity: O(layers); the graphs aren't touched.
    public func figures() throws(RunStoreError) -> [LayerResult?] {
        let none = NeighborLists(k: 0, indices: [], similarities: [])
        var results: [LayerResult?] = []
        for layer in opened.layers.indices {
            results.append(
                try record(layer).map { record throws(RunStoreError) in
                    try result(record, edges: [], neighbors: none)
                })
        }
        return results
    }

    /// All that is stored of a layer, edges and neighbours included; nil while it is missing.
    public func layer(_ layer: Int) throws(RunStoreError) -> LayerResult? {
        guard let record = try record(layer) else { return nil }
        guard let graph = try graph(layer) else { throw damaged(layer, "its graph is missing") }
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
        guard let table = graph.classEdges.classEdges(classes: opened.classes.count) else {
            throw damaged(layer, "class counts can't be unpacked")
        }
        return table
    }

    /// Bytes of a layer's figures, with its name and histograms.
    static let longestFigures = 1 << 16

    /// Bytes of a layer's graph, which says of each edge, neighbour and pair of classes some numbers of at most five bytes.
    private var longestGraph: Int {
        32 * min(opened.edges, 1 << 40) + 16 * opened.samples * max(10, opened.k) + 1024
    }

    private func record(_ layer: Int) throws(RunStoreError) -> LayerRecord? {
        guard opened.layers.indices.contains(layer) else { return nil }
        return try read(part(layer)) { try LayerRecord.fetchOne($0, key: layer) }
    }

    private func graph(_ layer: Int) throws(RunStoreError) -> GraphRecord? {
        guard opened.layers.indices.contains(layer) else { return nil }
        return try read(part(layer), longest: longestGraph) { try GraphRecord.fetchOne($0, key: layer) }
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
        if let contradiction = record.contradiction(in: opened) { throw damaged(record.position, contradiction) }
        return record.result(opened.layers[record.position], edges: edges, neighbors: neighbors)
    }

    func part(_ layer: Int) -> String { "layer \(opened.layers[layer].name)" }

    func damaged(_ layer: Int, _ reason: String) -> RunStoreError {
        .damaged(path: path, part: part(layer), reason: reason)
    }

    /// One consistent reading; any error is said to be of `part`.
    ///
    /// - Parameter longest: bytes of its longest row; more are refused unread.
    func read<Value: Sendable>(
        _ part: String, longest: Int = longestFigures, _ body: @Sendable (Database) throws -> Value
    ) throws(RunStoreError) -> Value {
        do {
            return try queue.read { database in
                try connectionGuard.reading(database, longest: longest) { try body(database) }
            }
        } catch {
            throw RunStoreError(error, path: path, part: part)
        }
    }
}
