import Separation
import Testing

@testable import Analysis

@Suite struct ReportTextTests {
    // R = 64, slack 2. The last layer wavers by ±6: half of its replicate curves end at 66, above the peak.
    private let report = ReportRun.report(
        [0, 1, 2, 64, 60], wavering: [4],
        seconds: RunSeconds(load: 0.5, forward: 4, similarity: 30.25, statistics: 1, total: 36))

    @Test func wholeReport() {
        let expected = """
            net.th: resnet20, option A · 269,722 parameters
            test_batch.bin: 2 classes · order file · normalised as imagenet · accuracy 87.50 %
            N = 4,000 · |E| = 40,000 · histogram over 10,000 · k = 3 · literal normalization
            36.0 s (load 0.5, forward 4.0, similarity 30.3, statistics 1.0) · at most 1.50 GB of memory

            layer           shape             M ± se      AQ      EQ      r      γ       Q  flags
            layer1.0.conv1  16x32x32   0.0000±0.0000  0.1606  0.1429  0.685  0.543  0.2500  plateau
            layer1.1.conv1  16x32x32   1.0000±0.0000  0.1606  0.1429  0.685  0.543  0.1875  plateau
            layer1.2.conv1  16x32x32   2.0000±0.0000  0.1606  0.1429  0.685  0.543  0.1250  plateau
            layer1.3.conv1  16x32x32  64.0000±0.0000  0.1606  0.1429  0.685  0.543  0.0625  peak?
            layer1.4.conv1  16x32x32  60.0000±6.0000  0.1606  0.1429  0.685  0.543  0.0000  past-peak? decline?

            A flag with ? is within M's error: fewer than 8 of the 10 replicate curves raise it too.

            M peaks at layer1.3.conv1 (64.0000), one layer before the last; it lies on a plateau, within 3.1 %
            of its range, from layer1.0.conv1 to layer1.2.conv1 (3 layers). It declines at layer1.4.conv1.
            Lu et al.'s Q peaks at layer1.0.conv1 (0.2500).

            By Criterion I, 3 of 5 layers may be cut where their shapes allow it: those past the peak, in
            decline, or on a plateau and not its first. Whether the network keeps its accuracy without them has
            to be measured.

            Warning: layer1.2.conv1: 3 samples are zero throughout, with similarity 0 to all others.

            """
        #expect(report.text() == expected, "\(report.text())")
    }

    @Test func climbingCurveWithAllColumns() {
        let text = ReportRun.report([0.01, 0.1, 0.5], names: ["a", "b", "c"]).text()
        let lines = text.split(separator: "\n")
        let titles = "layer  shape            M ± se      AQ      EQ      r      γ       Q  correct   wrong  flags"
        #expect(lines[3] == titles)
        #expect(lines[4] == "a      16x32x32  0.0100±0.0000  0.1606  0.1429  0.685  0.543  0.2500   27,414  12,586")
        #expect(lines[6].hasSuffix("27,416  12,584  peak"))
        #expect(text.contains("M peaks at c (0.5000), in the last layer; it has no plateau of 3 layers or more"))
        #expect(text.contains("Criterion I finds nothing that may be cut"))
        #expect(!text.contains(" ? "))
    }

    @Test(arguments: [0, 40, 60, 79, 80, 99, 100, 5000], [false, true])
    func noLineIsTooLong(width: Int, ascii: Bool) {
        let names = [
            "/features/features.0/Conv", "конволюция", "layer1.0.conv2", String(repeating: "x", count: 300), "e",
        ]
        let text = ReportRun.report([0, 1, 2, 64, 60], names: names, wavering: [4]).text(width: width, ascii: ascii)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(40, min(100, width)) })
        #expect(!ascii || text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func narrowTablesKeepNameModularityAndFlags() {
        func title(_ width: Int) -> [Substring] {
            let lines = report.text(width: width).split(separator: "\n")
            return lines.first { $0.hasPrefix("layer ") }?.split(separator: " ") ?? []
        }
        #expect(title(80) == ["layer", "M", "±", "se", "AQ", "r", "Q", "flags"])
        #expect(title(70) == ["layer", "M", "±", "se", "r", "Q", "flags"])
        #expect(title(40) == ["layer", "M", "±", "se", "flags"])
    }

    @Test func missingLayersAreSaid() {
        let text = ReportRun.report([0.5, nil, 0.25, nil], accuracy: nil).text()
        #expect(text.contains("accuracy unknown"))
        #expect(text.contains("Warning: 2 of 4 layers are missing: flags are provisional."))
        #expect(text.contains("one layer before the last"))
        #expect(!text.contains("layer1.1.conv1"))
        #expect(ReportRun.report([nil]).text().contains("No layer is finished yet."))
        #expect(ReportRun.report([]).text().contains("No layer is finished yet."))
    }

    @Test func theBlockLevelShowsItsLayersOnly() {
        let text = ReportRun.report([0, 64, 1, 3, 2], level: .block).text()
        #expect(!text.contains("layer1.1.conv1") && !text.contains("layer1.3.conv1"))
        #expect(text.contains("M peaks at layer1.4.conv1 (2.0000), in the last layer"))
    }

    @Test func severalPlateausAndDeclines() {
        let names = (0..<8).map { "c\($0)" }
        let text = ReportRun.report([0, 1, 2, 64, 60, 30, 31, 32], names: names).text(width: 100)
        let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(flat.contains("from c0 to c2 (3 layers) and c5 to c7 (3 layers). It declines at c4 and c5."))
        #expect(flat.contains("By Criterion I, 6 of 8 layers may be cut"))
    }

    @Test func commandsOfTerminalsDoNotGetThrough() {
        let text = ReportRun.report([1, 2], names: ["a\u{1B}]0;x\u{7}", "b"]).text()
        #expect(text.contains("a?]0;x?"))
        #expect(!text.contains("\u{1B}"))
    }
}
