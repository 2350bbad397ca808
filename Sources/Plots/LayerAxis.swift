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

    /// Where a layer stands on an axis without places: 0 at the left end, 1 at the right, a single layer in the middle; nil
    /// where there is no such layer.
    public func position(of layer: Int) -> Double? {
        guard layer >= 0, layer < layers else { return nil }
        return layers == 1 ? 0.5 : Double(layer) / Double(layers - 1)
    }

    /// The numbers, from 1, of the layers that are numbered below the axis: the first, then all at a round step that leaves
    /// at most so many beside it.
    public func numbers(atMost count: Int) -> [Int] {
        guard layers > 0 else { return [] }
        let step = Self.roundStep(for: layers, among: max(1, count))
        return [1] + stride(from: step, through: layers, by: step).filter { $0 > 1 }
    }

    /// The least of 1, 2, 5, 10, 20, 50 … that cuts `count` into at most `parts`.
    static func roundStep(for count: Int, among parts: Int) -> Int {
        var unit = 1
        while unit < 1_000_000_000 {
            for factor in [1, 2, 5] where count / (unit * factor) <= parts { return unit * factor }
            unit *= 10
        }
        return max(1, count)
    }

    /// The places a layer takes when the layers fill the axis as bands side by side, at least one.
    public func band(of layer: Int) -> Range<Int>? {
        guard layer >= 0, layer < layers, places > 0 else { return nil }
        func edge(_ layer: Int) -> Int { Int(Double(layer) * Double(places) / Double(layers)) }
        let start = min(edge(layer), places - 1)
        return start..<max(start + 1, edge(layer + 1))
    }
}
