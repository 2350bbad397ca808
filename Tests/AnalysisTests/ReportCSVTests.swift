import Separation
import Testing

@testable import Analysis

@Suite struct ReportCSVTests {
    @Test func aRowALayer() throws {
        let lines = ReportRun.report([0, 1, nil, 64]).csv().split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5)
        #expect(lines.last == "")
        let rows = lines.dropLast().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let names = rows[0]
        #expect(rows.allSatisfy { $0.count == names.count })
        #expect(Set(names).count == names.count)
        func value(_ name: String, _ row: Int) -> String? { names.firstIndex(of: name).map { rows[row][$0] } }
        #expect(value("layer", 3) == "3" && value("name", 3) == "layer1.3.conv1")
        #expect(value("shape", 1) == "16x32x32" && value("block", 2) == "false")
        #expect(value("EQ", 1).flatMap(Double.init) == 1.0 / 7)
        #expect(value("M", 3) == "64.0" && value("Mse", 3) == "0.0")
        #expect(value("histogram9", 2) == "901" && value("sameHistogram9", 2) == "300")
        #expect(value("differentHistogram9", 2) == "601")
        #expect(value("flags", 3) == "peak" && value("luFlags", 3) == "past-peak decline")
        #expect(value("blockFlags", 3) == "" && value("blockFlags", 1) == "peak")
    }

    @Test func quoting() {
        let lines = ReportRun.report([1, 2, 3], names: ["a,b", "say \"\u{301}hi\"", "=two\nlines"]).csv()
            .split(separator: "\r\n")
        #expect(lines[1].hasPrefix("0,\"a,b\",16x32x32,"))
        #expect(lines[2].hasPrefix("1,\"say \"\"\u{301}hi\"\"\",16x32x32,"))
        #expect(lines[3].hasPrefix("2,'=two\\u{a}lines,16x32x32,"))
    }
}
