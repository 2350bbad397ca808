import Separation
import Testing

@testable import Analysis

/// What share of a network Criterion I would cut.
@Suite struct RedundancyTests {
    /// Layers b, c, d lie on a plateau, e and f climb, f is the peak; every layer is a unit, d can't be cut.
    private static func report(_ curve: [Double?] = [0, 0.5, 0.5, 0.5, 0.8, 1]) -> Report {
        let names = ["a", "b", "c", "d", "e", "f"]
        let report = ReportRun.report(curve, names: names)
        var header = report.header
        header.parameters = 1000
        header.network = NetworkDescription(
            imageShape: [3, 32, 32], multiplyAdds: 400,
            units: names.indices.map { index in
                UnitDescription(
                    name: names[index], layers: [index], outputLayer: index, inputLayer: index == 0 ? nil : index - 1,
                    parameters: 10 * (index + 1), multiplyAdds: 50,
                    obstacle: index == 0 ? "takes the image" : index == 3 ? "changes 1 to 2" : nil)
            })
        // All on one level, as in a network without blocks.
        for index in header.layers.indices { header.layers[index].isBlock = true }
        return Report(header: header, results: report.results)
    }

    @Test func theShareIsThatOfTheUnitsThatCriterionICuts() throws {
        let report = Self.report()
        let plan = try #require(report.redundancy)
        // Of the plateau b, c, d the first stays, and d can't be cut.
        #expect(plan.names == ["c"])
        #expect(report[.redundant] == 0.03)
        #expect(
            report.redundancySentences == [
                "Redundant: 3.00 % of the parameters and 12.50 % of the multiply-adds, in 1 of the 4 units that can be cut: "
                    + "c. sepal prune cuts them."
            ])
        #expect(try Threshold("redundant>2%").holds(in: report))
        #expect(try !Threshold("redundant > 40%").holds(in: report))
    }

    @Test func aCurveThatClimbsHasNoneAndAnUnfinishedOneNoFigure() throws {
        let climbing = Self.report([0, 0.2, 0.4, 0.6, 0.8, 1])
        #expect(climbing[.redundant] == 0)
        #expect(
            climbing.redundancySentences == [
                "Redundant: 0.0 % of the parameters: none of the 4 units that can be cut is flagged."
            ])
        let unfinished = Self.report([0, 0.5, nil, 0.5, 0.8, 1])
        #expect(unfinished.redundancy == nil && unfinished.redundancySentences.isEmpty)
        #expect(throws: ThresholdError.unavailable("redundant", threshold: "redundant > 0.4")) {
            try Threshold("redundant>40%").holds(in: unfinished)
        }
        let features = ReportRun.report([0, 1, 2])
        #expect(features[.redundant] == nil)
    }

    @Test func theJSONHasTheShareAndWhatWouldGo() throws {
        let text = try Self.report().json(pretty: false)
        #expect(text.contains(#""redundant":0.03"#))
        #expect(
            text.contains(#""prune":{"cut":["c"],"multiplyAdds":400,"savedMultiplyAdds":50,"savedParameters":30}"#))
        #expect(try ReportRun.report([0, 1]).json(pretty: false).contains(#""redundant":null"#))
    }
}
