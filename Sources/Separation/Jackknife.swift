/// The delete-group jackknife of M: how far M would stray had other samples been drawn.
///
/// Sample t belongs to group t mod 10. Replicate g drops the edges that touch group g and takes eqs. 3–5 over the rest;
/// SE = √(9/10 Σ (M_g − mean)²) is `ModularityFigures.standardError`.
public enum Jackknife {
    /// Groups, and so replicates.
    public static let groupCount = 10

    /// M of each replicate; 0 where a replicate's S ≤ 0.
    ///
    /// - Complexity: O(|E| + N) a replicate; no similarity is computed anew.
    static func replicates(graph: [Edge], labels: [Int], normalization: Normalization) -> [Double] {
        (0..<groupCount).map { group in
            let rest = graph.filter {
                Int($0.source) % groupCount != group && Int($0.target) % groupCount != group
            }
            return ModularityFigures(graph: rest, labels: labels, normalization: normalization).modularity
        }
    }
}
