import Foundation
import Separation

extension RunStore {
    /// Makes one run file of several that hold some of its layers each. A layer that is in more than one of them is taken
    /// from the first.
    ///
    /// - Parameter check: called before each layer, to leave off by throwing.
    /// - Returns: the number of layers.
    /// - Throws: what `check` and `open` and `create` throw; `differentRun` where a part is not of the first one's run; `layersMissing`
    ///   where they don't make a whole. Then no file is left.
    /// - Complexity: O(layers · (|E| + kN)); one layer is in memory at a time.
    public static func merge(
        _ paths: [String], into path: String, check: () throws -> Void = {}
    ) throws -> Int {
        var parts: [RunStore] = []
        defer { parts.forEach { $0.close() } }
        for path in paths { parts.append(try open(path: path)) }
        guard let first = parts.first else { throw RunStoreError.missing(path: path) }
        var header = first.opened
        var sources = [RunStore?](repeating: nil, count: header.layers.count)
        for part in parts {
            let differences = part.opened.differences(from: header)
            guard differences.isEmpty else {
                throw RunStoreError.differentRun(path: part.path, differences: differences)
            }
            for layer in try part.finishedLayers() where sources[layer] == nil { sources[layer] = part }
        }
        for part in parts.dropFirst() { header.complete(with: part.opened) }
        let missing = header.layers.indices.filter { sources[$0] == nil }.map { header.layers[$0].name }
        guard missing.isEmpty else { throw RunStoreError.layersMissing(path: path, layers: missing) }
        let whole = try create(path: path, header: header)
        do {
            for part in parts where try part.hasThumbnails() {
                var pictures: [Thumbnail?] = []
                for sample in header.labels.indices { pictures.append(try part.thumbnail(sample)) }
                try whole.storeThumbnails { pictures[$0] }
                break
            }
            for (layer, source) in sources.enumerated() {
                try check()
                guard let source, let result = try source.layer(layer) else { continue }
                try whole.append(result, layer: layer, geometry: try source.geometry(layer: layer))
            }
            try whole.update(header, isComplete: true)
            whole.close()
        } catch {
            whole.close()
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        return header.layers.count
    }
}

extension RunHeader {
    /// Takes up what another part has found out of the whole run: what the network says of the samples, and its time, which
    /// is added up, and memory.
    public mutating func complete(with part: RunHeader) {
        if accuracy == nil { (accuracy, predictions) = (part.accuracy, part.predictions) }
        peakMemoryBytes = [peakMemoryBytes, part.peakMemoryBytes].compactMap(\.self).max()
        guard let more = part.seconds else { return }
        var sum = seconds ?? RunSeconds()
        sum += more
        seconds = sum
    }
}
