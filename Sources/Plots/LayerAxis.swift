/// Layers from left to right over a number of places (dots or columns), the first and the last one at the ends.
public struct LayerAxis: Equatable, Sendable {
    public let layers: Int
    public let places: Int

    public init(layers: Int, places: Int) {
        self.layers = max(0, layers)
        self.places = max(0, places)
    }

    /// Where a layer stands; nil where there is no such layer or no place. With more layers than places some share one; a
    /// single layer stands in the middle.
    public func place(of layer: Int) -> Int? {
        guard layer >= 0, layer < layers, places > 0 else { return nil }
        if layers == 1 { return (places - 1) / 2 }
        return Int((Double(layer) * Double(places - 1) / Double(layers - 1)).rounded())
    }

    /// The places a layer takes when the layers fill the axis as bands side by side, at least one.
    public func band(of layer: Int) -> Range<Int>? {
        guard layer >= 0, layer < layers, places > 0 else { return nil }
        func edge(_ layer: Int) -> Int { Int(Double(layer) * Double(places) / Double(layers)) }
        let start = min(edge(layer), places - 1)
        return start..<max(start + 1, edge(layer + 1))
    }
}
