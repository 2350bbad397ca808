import Foundation
import Separation
import Testing

@testable import Analysis

@Suite struct ReportJSONTests {
    /// R = 64, slack 2: a plateau, the peak, a decline past it.
    private let report = ReportRun.report([0, 1, 2, 64, 60], seconds: RunSeconds(load: 0.1, total: 2.5))

    private func object(_ report: Report) throws -> [String: Any] {
        let data = Data(try report.json().utf8)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func keysOfTheRun() throws {
        let object = try object(report)
        let contract: Set<String> = [
            "checkpoint", "architecture", "parameters", "data", "classes", "order", "seed", "norm", "accuracy",
            "samples", "edges", "histogramSamples", "level", "normalization", "tolerance", "minLength", "k",
            "complete", "layers", "seconds", "peakMemoryBytes",
        ]
        #expect(contract.subtracting(object.keys).isEmpty)
        let more = ["luProtocol", "exact", "warnings", "version", "redundant", "prune"]
        #expect(Set(object.keys).subtracting(contract) == Set(more))
        #expect(Set((object["norm"] as? [String: Any] ?? [:]).keys) == ["name", "mean", "std"])
        let seconds = object["seconds"] as? [String: Any] ?? [:]
        #expect(Set(seconds.keys) == ["load", "forward", "similarity", "statistics", "total"])
        #expect(object["complete"] as? Bool == true)
        #expect(object["seed"] is NSNull)
        #expect(object["level"] as? String == "conv")
        #expect(object["classes"] as? [String] == ["cat", "dog"])
    }

    @Test func keysOfALayer() throws {
        let layers = try #require(try object(report)["layers"] as? [[String: Any]])
        let contract: Set<String> = [
            "name", "shape", "parameters", "block", "histogram", "sameHistogram", "differentHistogram", "negative",
            "correct", "wrong", "r", "AQ", "EQ", "M", "Mse", "luQ", "gamma", "gammaMean", "minEdge", "maxEdge",
            "zeroRows", "flags", "flagSupport", "luFlags", "seconds",
        ]
        #expect(Set(layers[1].keys) == contract)
        #expect(Set(layers[0].keys) == contract.union(["blockFlags", "blockFlagSupport", "blockLuFlags"]))
        #expect(
            layers.map { $0["flags"] as? [String] } == [
                ["plateau"], ["plateau"], ["plateau"], ["peak"], ["past-peak", "decline"],
            ])
        // Q falls all the way: the peak comes first.
        #expect(
            layers.map { $0["luFlags"] as? [String] } == [["peak"]]
                + Array(
                    repeating: ["past-peak", "decline"], count: 4))
        #expect(layers[4]["flagSupport"] as? [String: Double] == ["past-peak": 1, "decline": 1])
        // On the block level the curve is 0, 2, 60 with R = 60.
        #expect(layers[4]["blockFlags"] as? [String] == ["peak"])
        #expect(layers[0]["sameHistogram"] as? [Int] == [0, 33, 66, 100, 133, 166, 200, 233, 266, 300])
        #expect(layers[0]["differentHistogram"] as? [Int] == [0, 67, 134, 200, 267, 334, 400, 467, 534, 600])
    }

    @Test func numbersComeBackAsTheyWere() throws {
        let text = try report.json()
        let document = try JSONDecoder().decode(ReportDocument.self, from: Data(text.utf8))
        #expect(document == ReportDocument(report))
        #expect(document.norm.mean == [0.485, 0.1 + 0.2, 1.0 / 3])
        #expect(document.layers[0].EQ == 1.0 / 7)
        #expect(document.layers[0].maxEdge == Double(Float(0.1)))
        #expect(try report.json() == text)
        #expect(!(try report.json(pretty: false)).contains("\n"))
    }

    @Test func whatIsUnknownIsNull() throws {
        let early = ReportRun.report([0, nil, 2], accuracy: nil)
        let object = try object(early)
        for key in ["accuracy", "seconds", "peakMemoryBytes", "seed"] { #expect(object[key] is NSNull, "\(key)") }
        #expect(object["complete"] as? Bool == false)
        #expect((object["layers"] as? [Any])?.count == 2)
        #expect(
            object["warnings"] as? [String] == [
                "1 of 3 layers are missing: flags are provisional",
                "layer1.2.conv1: 3 samples are zero throughout, with similarity 0 to all others",
            ])
        let decoded = try JSONDecoder().decode(ReportDocument.self, from: Data(try early.json().utf8))
        #expect(decoded == ReportDocument(early))
    }

    @Test func aShorterListOfResultsIsAnIncompleteRun() {
        let whole = ReportRun.report([0, 1, 2])
        let report = Report(header: whole.header, results: Array(whole.results.prefix(1)))
        #expect(!report.isComplete && report.finished.map(\.index) == [0])
    }
}
