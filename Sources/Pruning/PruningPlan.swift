import Separation

/// Which units of a network are to go, and what that saves.
public struct PruningPlan: Equatable, Sendable {
    public let units: [UnitDescription]
    /// Indices of the units that go, ascending.
    public private(set) var cut: [Int]
    /// Trained parameters of the whole network.
    public let parameters: Int
    /// Multiply-adds of the whole network for one image.
    public let multiplyAdds: Int

    public init(units: [UnitDescription], cut: [Int] = [], parameters: Int, multiplyAdds: Int) {
        self.units = units
        self.cut = Set(cut).filter { units.indices.contains($0) && units[$0].isCuttable }.sorted()
        self.parameters = parameters
        self.multiplyAdds = multiplyAdds
    }

    public var names: [String] { cut.map { units[$0].name } }

    public func cuts(_ unit: Int) -> Bool { cut.contains(unit) }

    public var savedParameters: Int { Self.outermost(cut, of: units).reduce(0) { $0 + units[$1].parameters } }

    public var savedMultiplyAdds: Int { Self.outermost(cut, of: units).reduce(0) { $0 + units[$1].multiplyAdds } }

    /// Share of all parameters, 0 to 1.
    public var savedParameterShare: Double { Double(savedParameters) / Double(max(1, parameters)) }

    /// Share of all multiply-adds, 0 to 1.
    public var savedMultiplyAddShare: Double { Double(savedMultiplyAdds) / Double(max(1, multiplyAdds)) }

    /// Those of some units that don't lie within another of them, so that nothing is counted twice.
    static func outermost(_ chosen: [Int], of units: [UnitDescription]) -> [Int] {
        chosen.filter { inner in
            !chosen.contains { outer in
                guard outer != inner, Set(units[outer].layers).isSuperset(of: units[inner].layers) else { return false }
                return units[outer].layers.count > units[inner].layers.count || outer > inner
            }
        }
    }
}
