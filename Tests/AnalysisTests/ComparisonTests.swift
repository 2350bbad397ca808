import Foundation
import Separation
import Testing

@testable import Analysis

@Suite struct ComparisonTests {
    private func names(_ comparison: Comparison) -> [String] {
        comparison.rows.map { row in
            let a = row.first.map { comparison.first.header.layers[$0].name } ?? "-"
            let b = row.second.map { comparison.second.header.layers[$0].name } ?? "-"
            return "\(a) \(b)"
        }
    }

    @Test func layersOfOneNameStandBesideEachOther() throws {
        let a = ReportRun.report([1, 2, 3, 4, 5], names: ["stem", "a", "b", "c", "d"])
        let b = ReportRun.report([1, 3, 4, 7], names: ["stem", "b", "new", "d"])
        let comparison = try Comparison(a, b)
        #expect(comparison.alignment == .name)
        #expect(Set(names(comparison)) == ["stem stem", "a -", "b b", "c -", "- new", "d d"])
        // Both orders are kept.
        #expect(comparison.rows.compactMap(\.first) == Array(0..<5))
        #expect(comparison.rows.compactMap(\.second) == Array(0..<4))
    }

    @Test func layersOfOtherNamesAreAlignedByDepth() throws {
        let a = ReportRun.report([1, 2, 3], names: ["a", "b", "c"])
        let b = ReportRun.report([1, 2, 3, 4, 5], names: ["v", "w", "x", "y", "z"])
        let comparison = try Comparison(a, b)
        #expect(comparison.alignment == .depth)
        #expect(names(comparison) == ["a v", "b w", "b x", "c y", "c z"])
        #expect(try Comparison(ReportRun.report([1], names: ["one"]), a).rows.map(\.first) == [0, 0, 0])
    }

    @Test func theLevelIsTheFirstRunsUnlessSaid() throws {
        let a = ReportRun.report([1, 2, 3, 4, 5], level: .block)
        let b = ReportRun.report([1, 2, 3, 4, 5])
        #expect(try Comparison(a, b).rows.map(\.second) == [0, 2, 4])
        #expect(try Comparison(a, b, level: .conv).rows.count == 5)
    }

    @Test(arguments: [
        ("N is", "4,000", "1,000"), ("|E| is", "40,000", "500"), ("k is", "3", "5"),
        ("normalization is", "literal", "newman"), ("Lu et al.'s protocol is", "not kept", "kept"),
    ]) func runsOfOtherSizesAreRefused(what: String, a: String, b: String) throws {
        let first = ReportRun.report([1, 2])
        var header = first.header
        switch what {
        case "N is": header.samples = 1000
        case "|E| is": header.edges = 500
        case "k is": header.k = 5
        case "normalization is": header.normalization = .newman
        default: header.luProtocol = true
        }
        let second = Report(header: header, results: first.results)
        #expect {
            try Comparison(first, second)
        } throws: { error in
            "\(error)".hasPrefix(
                "the runs can't be compared: \(what) \(a) here and \(b) there; analyse both with the same --")
        }
    }

    @Test func wholeText() throws {
        let a = ReportRun.report([0.1, 0.2, 0.5, 0.4], names: ["stem", "a", "b", "c"], wavering: [2])
        var b = ReportRun.report([0.1, 0.75, 0.25], names: ["stem", "b", "c"], accuracy: nil)
        var header = b.header
        (header.dataHash, header.data, header.seed) = ("22", "other.bin", 4)
        b = Report(header: header, results: b.results)
        let expected = """
            A: net.th, resnet20, option A, 269,722 parameters, accuracy 87.50 %, M peaks at b (0.5000)
            B: net.th, resnet20, option A, 269,722 parameters, M peaks at b (0.7500)

            layer     M A     M B     M B-A     Q A     Q B  flags A            flags B
            stem   0.1000  0.1000   0.0000   0.2500  0.2500
            a      0.2000       -            0.1875       -
            b      0.5000  0.7500  +0.2500   0.1250  0.1875  peak               peak
            c      0.4000  0.2500  -0.1500*  0.0625  0.1250  past-peak decline  past-peak decline

            Layers are aligned by name.
            A difference of M with * is more than twice its error.

            Warning: the runs are of different data: test_batch.bin and other.bin.
            Warning: the runs took samples in different orders.

            """
        let comparison = try Comparison(a, b)
        let text = comparison.text(width: 100)
        #expect(text.split(separator: "\n").map(\.count).max() ?? 0 <= 100)
        #expect(comparison.text(width: 110) == text)
        #expect(text == expected, "\(text)")
        for width in [40, 60, 80] {
            let lines = comparison.text(width: width).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width } && lines.contains { $0.contains("0.7500  +0.2500") })
        }
    }

    @Test func jsonHasBothLayersOfARow() throws {
        let a = ReportRun.report([0.1, 0.5], names: ["stem", "b"])
        let b = ReportRun.report([0.1, nil], names: ["stem", "c"])
        let text = try Comparison(a, b).json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["alignment"] as? String == "name")
        let rows = try #require(object["layers"] as? [[String: [String: Any]]])
        #expect(rows.count == 3)
        #expect(rows[0]["first"]?["M"] as? Double == 0.1 && rows[0]["second"]?["name"] as? String == "stem")
        #expect(rows[1]["first"]?["name"] as? String == "b" && rows[1]["second"] == nil)
        #expect(rows[2].isEmpty, "it has no result yet")
        #expect(object["warnings"] as? [String] == ["layers are missing: flags are provisional"])
    }
}
