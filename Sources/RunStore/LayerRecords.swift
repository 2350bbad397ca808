import Foundation
import Separation

/// All rows of a finished layer.
struct LayerRecords: Codable {
    var figures: LayerRecord
    var graph: GraphRecord
    var geometry: GeometryRecord?

    /// - Parameter path: of the run, to say in errors.
    /// - Throws: `unfitLayer` for a result that can't be of this run.
    init(
        _ result: LayerResult, layer: Int, geometry shape: LayerGeometry?, of run: RunHeader, path: String
    ) throws(RunStoreError) {
        let samples = run.labels.count
        func unfit(_ reason: String) -> RunStoreError { .unfitLayer(path: path, layer: result.name, reason: reason) }
        guard run.layers.indices.contains(layer), run.layers[layer] == result.description else {
            throw unfit("layer \(layer) of the run is another")
        }
        guard let edges = PackedBytes(edges: result.edges, samples: samples) else {
            throw unfit("edges out of order, or of samples beyond \(samples)")
        }
        guard let neighbors = PackedBytes(neighbors: result.neighbors, samples: samples) else {
            throw unfit("neighbours of samples beyond \(samples), or lists of uneven length")
        }
        guard let table = PackedBytes(classEdges: ClassEdges(edges: result.edges, labels: run.labels)) else {
            throw unfit("negative classes")
        }
        figures = LayerRecord(result, position: layer)
        if let contradiction = figures.contradiction(in: run) { throw unfit(contradiction) }
        graph = GraphRecord(position: layer, edges: edges, neighbors: neighbors, classEdges: table)
        geometry = try shape.map { shape throws(RunStoreError) in
            guard let record = GeometryRecord(shape, position: layer, samples: samples) else {
                throw unfit("a map or Gram matrix of another number of samples, or not finite")
            }
            return record
        }
    }
}

/// A finished layer on its way to the process that writes the run file.
public struct LayerParcel: Sendable {
    /// Its index in the header's layers.
    public let layer: Int
    public let result: LayerResult
    public let geometry: LayerGeometry?

    /// The name that errors give to what has no path.
    private static let place = "a finished layer"

    public init(layer: Int, result: LayerResult, geometry: LayerGeometry?) {
        (self.layer, self.result, self.geometry) = (layer, result, geometry)
    }

    /// - Parameter run: The run that the layer is of.
    /// - Throws: `unfitLayer` for a result that can't be of this run.
    /// - Complexity: as `RunStore.append`.
    public func bytes(of run: RunHeader) throws(RunStoreError) -> [UInt8] {
        let records = try LayerRecords(result, layer: layer, geometry: geometry, of: run, path: Self.place)
        do {
            let encoder = PropertyListEncoder()
            encoder.outputFormat = .binary
            return Array(try encoder.encode(records))
        } catch {
            throw .failed(path: Self.place, reason: "\(error)")
        }
    }

    /// - Parameter bytes: What `bytes` gave for the same run.
    /// - Throws: `damaged` for anything else.
    public init(_ bytes: [UInt8], of run: RunHeader) throws(RunStoreError) {
        func damaged(_ part: String) -> RunStoreError {
            .damaged(path: Self.place, part: part, reason: "it has changed on its way")
        }
        let samples = run.labels.count
        guard let records = try? PropertyListDecoder().decode(LayerRecords.self, from: Data(bytes)),
            run.layers.indices.contains(records.figures.position), records.figures.contradiction(in: run) == nil
        else { throw damaged("its rows") }
        layer = records.figures.position
        guard let edges = records.graph.edges.edges(samples: samples),
            let neighbors = records.graph.neighbors.neighbors(samples: samples)
        else { throw damaged("its graph") }
        result = records.figures.result(run.layers[layer], edges: edges, neighbors: neighbors)
        geometry = try records.geometry.map { record throws(RunStoreError) in
            let (gram, map) = (record.gram?.gram(samples: samples), record.map?.map(samples: samples))
            guard (gram == nil) == (record.gram == nil), (map == nil) == (record.map == nil) else {
                throw damaged("its geometry")
            }
            return LayerGeometry(gram: gram, map: map)
        }
    }
}
