import Pruning
import Separation

extension Report {
    /// What Criterion I would cut of the network, and what that saves; nil for features, and while layers are missing.
    public var redundancy: PruningPlan? {
        guard let network = header.network, isComplete else { return nil }
        let readings = UnitReading.all(network.units, layers: header.layers, results: results, flags: flags)
        return PruningPlan(
            units: network.units, cut: readings.indices.filter { readings[$0].isRedundant },
            parameters: header.parameters,
            multiplyAdds: network.multiplyAdds)
    }

    /// In a sentence: the redundant share, and which units it is.
    public var redundancySentences: [String] {
        guard let plan = redundancy else { return [] }
        let cuttable = plan.units.count(where: \.isCuttable)
        guard !plan.cut.isEmpty else {
            return ["Redundant: 0.0 % of the parameters: none of the \(cuttable) units that can be cut is flagged."]
        }
        func percent(_ share: Double) -> String { "\(NumberFormat.fixed(100 * share, 2)) %" }
        return [
            "Redundant: \(percent(plan.savedParameterShare)) of the parameters and "
                + "\(percent(plan.savedMultiplyAddShare)) of the multiply-adds, in \(plan.cut.count) of the \(cuttable) units "
                + "that can be cut: \(plan.names.joined(separator: ", ")). sepal prune cuts them."
        ]
    }
}
