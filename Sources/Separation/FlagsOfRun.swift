/// What Criterion I says of one curve over a network's layers, some of which may be missing or not on the curve's level.
/// Everything is indexed by layer, as the header numbers them.
public struct CurveFlags: Equatable, Sendable {
    /// Flags of each layer; none for a layer that is missing or isn't on the level.
    public private(set) var flags: [FlagSet]
    /// For each flag that a layer has, the share of the ten replicate curves that raise it too, 0 to 1. Empty for all
    /// layers where there are no replicates.
    public private(set) var support: [[Flag: Double]]
    /// The plateaus from the input side on: first and last layer of each. Layers that are missing or aren't on the level
    /// may lie between.
    public private(set) var plateaus: [ClosedRange<Int>]
    /// The layer of the peak; nil on an empty curve.
    public private(set) var peak: Int?
    /// Layers of the level that have no value yet: while there are any, the flags may still change.
    public private(set) var missing: Int

    /// Whether the flags may still change as missing layers come in.
    public var isProvisional: Bool { missing > 0 }
    /// The layers flagged decline.
    public var declines: [Int] { flags.indices.filter { flags[$0].contains(.decline) } }
    /// Whether Criterion I says that the layer may be cut: past the peak, in decline, or on a plateau and not its first.
    public func isRedundant(_ layer: Int) -> Bool {
        let set = flags[layer]
        return set.contains(.pastPeak) || set.contains(.decline)
            || set.contains(.plateau) && !plateaus.contains { $0.lowerBound == layer }
    }
    /// The layers after the peak.
    public var pastPeak: [Int] { flags.indices.filter { flags[$0].contains(.pastPeak) } }

    /// Reads Criterion I off the layers of a level that have a value.
    ///
    /// Replicate curve g is M + 3 (M_g − mean), mean being that of the layer's ten M_g: it strays from M as far as the
    /// jackknife error says (3 = √9). Peak, plateaus and declines of each are found with its own range R.
    ///
    /// - Parameters:
    ///   - curve: A value for each layer of the network; nil, or not finite, where it is missing.
    ///   - replicates: For each layer the ten jackknife replicates of the value; empty for a curve without them.
    ///   - level: The layers that the curve runs over, ascending.
    ///   - options: τ and L.
    /// - Complexity: O(11 · n · L) for n layers.
    /// - Source: Yang et al., section 4.4.
    public init(
        curve: [Double?], replicates: [[Double]] = [], level: [Int], options: CriterionOptions = CriterionOptions()
    ) {
        let onLevel = level.filter(curve.indices.contains)
        let layers = onLevel.filter { curve[$0]?.isFinite == true }
        let values = layers.compactMap { curve[$0] }
        let reading = CriterionReading(curve: values, options: options)
        flags = Array(repeating: [], count: curve.count)
        support = Array(repeating: [:], count: curve.count)
        plateaus = reading.plateaus.map { layers[$0.lowerBound]...layers[$0.upperBound] }
        peak = reading.peak.map { layers[$0] }
        missing = onLevel.count - layers.count
        for (layer, set) in zip(layers, reading.flags) { flags[layer] = set }

        let known = layers.compactMap { replicates.indices.contains($0) ? replicates[$0] : nil }
        guard known.count == layers.count, known.allSatisfy({ $0.count == Jackknife.groupCount }) else { return }
        let readings = Self.replicateCurves(of: values, replicates: known).map {
            CriterionReading(curve: $0, options: options)
        }
        for (position, layer) in layers.enumerated() {
            for flag in flags[layer].flags {
                let raised = readings.count { $0.flags[position].contains(flag) }
                support[layer][flag] = Double(raised) / Double(readings.count)
            }
        }
    }

    private static func replicateCurves(of values: [Double], replicates: [[Double]]) -> [[Double]] {
        let means = replicates.map { $0.reduce(0, +) / Double(Jackknife.groupCount) }
        return (0..<Jackknife.groupCount).map { group in
            values.indices.map { values[$0] + 3 * (replicates[$0][group] - means[$0]) }
        }
    }
}

/// The flags of both curves on one level.
public struct LevelFlags: Equatable, Sendable {
    /// The layers on the level, ascending.
    public let layers: [Int]
    /// Criterion I on M, with support.
    public let modularity: CurveFlags
    /// Criterion I on Lu et al.'s Q, without support.
    public let luModularity: CurveFlags
}

/// Criterion I on both curves, M and Lu et al.'s Q, and on both levels: all that depends on τ and L.
public struct RunFlags: Equatable, Sendable {
    public let options: CriterionOptions
    public let conv: LevelFlags
    public let block: LevelFlags

    public subscript(level: Level) -> LevelFlags { level == .conv ? conv : block }

    /// - Parameters:
    ///   - layers: All layers of the network, in order.
    ///   - results: The result of each layer; nil, or beyond the end, where it is missing. Their edges aren't looked at.
    ///   - options: τ and L.
    /// - Complexity: O(24 · n · L) for n layers: well within the time of a key press.
    public init(layers: [LayerDescription], results: [LayerResult?], options: CriterionOptions = CriterionOptions()) {
        let known = layers.indices.map { results.indices.contains($0) ? results[$0] : nil }
        let modularity = known.map { $0?.figures.modularity }
        let replicates = known.map { $0?.figures.replicates ?? [] }
        let luModularity = known.map { $0?.luModularity }
        func flags(_ level: Level) -> LevelFlags {
            let onLevel = layers.indices.filter { layers[$0].isOn(level) }
            return LevelFlags(
                layers: onLevel,
                modularity: CurveFlags(curve: modularity, replicates: replicates, level: onLevel, options: options),
                luModularity: CurveFlags(curve: luModularity, level: onLevel, options: options))
        }
        self.options = options
        conv = flags(.conv)
        block = flags(.block)
    }
}

extension LayerDescription {
    /// Whether a curve of the level runs over this layer.
    public func isOn(_ level: Level) -> Bool { level == .conv || isBlock }
}
