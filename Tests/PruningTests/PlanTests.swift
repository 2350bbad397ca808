import Separation
import Testing

@testable import Pruning

@Suite struct PlanTests {
    private func unit(_ name: String, _ layers: [Int], _ parameters: Int, obstacle: String? = nil) -> UnitDescription {
        UnitDescription(
            name: name, layers: layers, outputLayer: layers[layers.count - 1], inputLayer: nil, parameters: parameters,
            multiplyAdds: 2 * parameters, obstacle: obstacle)
    }

    private var units: [UnitDescription] {
        [
            unit("stem", [0], 5, obstacle: "takes the image"), unit("inner", [2], 10), unit("outer", [1, 2, 3], 40),
            unit("same", [4], 7), unit("same again", [4], 8), unit("last", [5], 20),
        ]
    }

    private func plan(_ cut: [Int]) -> PruningPlan {
        PruningPlan(units: units, cut: cut, parameters: 200, multiplyAdds: 1000)
    }

    @Test func savingsAreAddedUp() {
        let plan = plan([5, 1])
        #expect(plan.cut == [1, 5] && plan.names == ["inner", "last"])
        #expect(plan.cuts(5) && !plan.cuts(2))
        #expect(plan.savedParameters == 30 && plan.savedParameterShare == 0.15)
        #expect(plan.savedMultiplyAdds == 60 && plan.savedMultiplyAddShare == 0.06)
    }

    /// What lies in another that goes as well, and one of two that go through the same layers.
    @Test func nestedUnitsAreCountedOnce() {
        #expect(plan([1, 2]).savedParameters == 40)
        #expect(plan([1, 2]).savedMultiplyAdds == 80)
        #expect(plan([3, 4]).savedParameters == 8)
        #expect(plan([1, 2, 3, 4, 5]).savedParameters == 68)
    }

    @Test func whatCannotBeCutIsLeftIn() {
        let plan = plan([0, 3, 3, 99, -1])
        #expect(plan.cut == [3])
        #expect(plan.savedParameters == 7)
    }

    @Test func nothingSavesNothing() {
        #expect(plan([]).savedParameters == 0 && plan([]).names == [])
        let empty = PruningPlan(units: [], parameters: 0, multiplyAdds: 0)
        #expect(empty.savedParameterShare == 0 && empty.savedMultiplyAddShare == 0)
    }
}
