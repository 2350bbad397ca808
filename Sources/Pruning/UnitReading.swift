import Separation

/// What the curves say of one unit.
public struct UnitReading: Equatable, Sendable {
    /// Criterion I on M at the unit's output: on the block level, or a plain convolution's own.
    public var flags: FlagSet = []
    /// For each of those, the share of replicate curves that raise it too.
    public var support: [Flag: Double] = [:]
    /// The same on Lu et al.'s Q.
    public var luFlags: FlagSet = []
    /// M at its output less M at its input; nil while one is missing.
    public var change: Double?
    /// The same of Lu et al.'s Q.
    public var luChange: Double?
    /// Whether Criterion I says that it may be cut: past the peak, in decline, or on a plateau and not its first.
    public var isRedundant = false
    /// Whether it says so of Q.
    public var isLuRedundant = false

    public init() {}

    /// Reads the flags of all units.
    ///
    /// - Parameters:
    ///   - layers: those of the network.
    ///   - results: a result for each layer, nil where missing.
    ///   - Returns: a reading for each unit, in their order.
    /// - Complexity: O(units).
    public static func all(
        _ units: [UnitDescription], layers: [LayerDescription], results: [LayerResult?], flags: RunFlags
    ) -> [UnitReading] {
        units.map { unit in
            let level: Level = layers[unit.outputLayer].isOn(.block) ? .block : .conv
            let curves = flags[level]
            let output = unit.outputLayer
            func change(of figure: (LayerResult) -> Double?) -> Double? {
                func value(_ layer: Int) -> Double? {
                    results.indices.contains(layer) ? results[layer].flatMap(figure) : nil
                }
                guard let input = unit.inputLayer, let before = value(input), let behind = value(output) else {
                    return nil
                }
                return behind - before
            }
            var reading = UnitReading()
            reading.flags = curves.modularity.flags[output]
            reading.support = curves.modularity.support[output]
            reading.luFlags = curves.luModularity.flags[output]
            reading.change = change { $0.figures.modularity }
            reading.luChange = change { $0.luModularity }
            reading.isRedundant = curves.modularity.isRedundant(output)
            reading.isLuRedundant = curves.luModularity.isRedundant(output)
            return reading
        }
    }
}
