import Separation
import Testing

@testable import Analysis

@Suite struct ThresholdTests {
    private let report = ReportRun.report([0, 1, 2, 64, 60])

    @Test(arguments: [
        ("accuracy<0.9", Threshold.Figure.accuracy, Threshold.Comparison.less, 0.9),
        (" peakDepth  ==  100 % ", .peakDepth, .equal, 1),
        ("plateaus!=0", .plateaus, .unequal, 0),
        ("finalM<=-1e-3", .finalM, .atMost, -1e-3),
        ("declines>=2", .declines, .atLeast, 2),
        ("pastPeak>.5", .pastPeak, .greater, 0.5),
    ])
    func reading(text: String, figure: Threshold.Figure, comparison: Threshold.Comparison, value: Double) throws {
        let threshold = try Threshold(text)
        #expect(threshold.figure == figure && threshold.comparison == comparison && threshold.value == value)
        #expect(try Threshold(threshold.description) == threshold)
    }

    @Test(arguments: [
        ("", "no comparison"), ("accuracy", "no comparison"), ("accuracy=0.9", "no comparison"),
        ("<0.9", "no figure before <"), ("accuracy<", "no number after <"), ("accuracy<=x", "no number after <="),
        ("accuracy<<1", "no number after <"), ("accuracy<nan", "no number after <"),
        ("accuracy<%", "no number after <"), ("accuracy>inf", "no number after >"),
        ("accuracy<0.9%%", "no number after <"),
    ])
    func malformed(text: String, reason: String) {
        #expect(throws: ThresholdError.malformed(text, reason: reason)) { try Threshold(text) }
    }

    @Test func unknownFigure() {
        #expect(throws: ThresholdError.unknownFigure("accurcy", threshold: "accurcy<1")) {
            try Threshold("accurcy<1")
        }
        let text = ThresholdError.unknownFigure("x", threshold: "x<1").description
        #expect(Threshold.Figure.allCases.allSatisfy { text.contains($0.rawValue) } && !text.contains("\n"))
    }

    /// What is no number is in order by no comparison.
    @Test(arguments: Threshold.Comparison.allCases) func whatIsNoNumberFails(sign: Threshold.Comparison) throws {
        var header = report.header
        header.accuracy = .nan
        let unknown = Report(header: header, results: report.results)
        #expect(try Threshold("accuracy \(sign.rawValue) 0.5").holds(in: unknown))
    }

    @Test func comparisons() throws {
        // The accuracy is 0.875.
        let expected = [
            ("<", [false, false, true]), ("<=", [false, true, true]), (">", [true, false, false]),
            (">=", [true, true, false]), ("==", [false, true, false]), ("!=", [true, false, true]),
        ]
        for (sign, answers) in expected {
            for (value, answer) in zip(["87 %", "87.5%", "0.88"], answers) {
                #expect(try Threshold("accuracy \(sign) \(value)").holds(in: report) == answer, "\(sign) \(value)")
            }
        }
    }

    @Test func figures() {
        let expected: [Threshold.Figure: Double] = [
            .accuracy: 0.875, .peakM: 64, .finalM: 60, .peakQ: 0.25, .finalQ: 0, .peakDepth: 0.8, .plateaus: 1,
            .pastPeak: 1, .plateauLayers: 3, .declines: 1, .layers: 5,
        ]
        for figure in Threshold.Figure.allCases { #expect(report[figure] == expected[figure], "\(figure)") }
        // On the block level the curve is 0, 2, 60.
        let blocks = ReportRun.report([0, 1, 2, 64, 60], level: .block)
        #expect(blocks[.peakM] == 60 && blocks[.peakDepth] == 1 && blocks[.plateaus] == 0 && blocks[.layers] == 3)
    }

    @Test func unknownValues() {
        let early = ReportRun.report([0, nil, 2], accuracy: nil)
        for figure in Threshold.Figure.allCases { #expect(early[figure] == nil, "\(figure)") }
        #expect(throws: ThresholdError.unavailable("peakM", threshold: "peakM > 1.0")) {
            try Threshold("peakM>1").holds(in: early)
        }
        #expect(ReportRun.report([])[.layers] == nil)
    }
}
