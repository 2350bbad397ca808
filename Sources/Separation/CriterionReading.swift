/// Criterion I read off one whole curve, position by position.
///
/// With R = max M − min M over the curve, tolerance τ and least length L:
/// - *peak*: the first position of the greatest value;
/// - *past-peak*: every position after it;
/// - *plateau*: greedily from the input side, a run of at least L positions within which max − min ≤ τR, extended as far
///   as it goes; plateaus don't overlap;
/// - *decline*: M_i < M_{i−1} − τR.
///
/// R = 0 is one plateau (of a curve of at least L positions).
///
/// - Source: Yang et al., section 4.4, Criterion I, made operational.
public struct CriterionReading: Equatable, Sendable {
    /// Flags of each position.
    public private(set) var flags: [FlagSet]
    /// The plateaus from the input side on, as ranges of positions.
    public private(set) var plateaus: [ClosedRange<Int>] = []
    /// The peak's position; nil on an empty curve.
    public private(set) var peak: Int?

    /// - Parameters:
    ///   - curve: A value for each position, finite ones.
    ///   - options: τ and L.
    /// - Complexity: O(n · L).
    public init(curve: [Double], options: CriterionOptions = CriterionOptions()) {
        flags = Array(repeating: [], count: curve.count)
        guard let least = curve.min(), let greatest = curve.max(), let top = curve.firstIndex(of: greatest) else {
            return
        }
        let slack = options.tolerance * (greatest - least)
        peak = top
        flags[top].insert(.peak)
        for position in curve.indices.dropFirst(top + 1) { flags[position].insert(.pastPeak) }
        for position in curve.indices.dropFirst() where curve[position] < curve[position - 1] - slack {
            flags[position].insert(.decline)
        }
        var start = 0
        while start < curve.count {
            let end = Self.endOfRun(in: curve, from: start, within: slack)
            if end - start + 1 >= options.minLength {
                plateaus.append(start...end)
                for position in start...end { flags[position].insert(.plateau) }
                start = end + 1
            } else {
                start += 1
            }
        }
    }

    /// The last position that a run from `start` reaches while its max − min stays within `slack`.
    private static func endOfRun(in curve: [Double], from start: Int, within slack: Double) -> Int {
        var (end, low, high) = (start, curve[start], curve[start])
        while end + 1 < curve.count {
            (low, high) = (min(low, curve[end + 1]), max(high, curve[end + 1]))
            guard high - low <= slack else { break }
            end += 1
        }
        return end
    }
}
