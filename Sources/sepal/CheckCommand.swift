import Analysis
import ArgumentParser
import Cells
import Foundation
import Jobs
import Plots
import Separation

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "A one-screen verdict on a checkpoint; thresholds decide the exit code.",
        discussion: """
              sepal check resnet56.th --data test_batch.bin --fail-if "accuracy<0.9" --fail-if "redundant>40%"

            Figures for thresholds: \(Threshold.Figure.allCases.map(\.rawValue).joined(separator: ", ")).
            Exit code 2 where a threshold is not met.
            """)

    @Argument(
        help:
            "A trained network (PyTorch .th, .pth, .pt, safetensors, ONNX), or features: an npz, safetensors, npy files."
    )
    var checkpoint: String

    @Option(name: .long, help: NetworkArguments.dataHelp)
    var data: String?

    @Option(name: .long, help: "Labels of features, where they are not among them: an npy, or an npz with labels.")
    var labels: String?

    @Option(name: .long, help: "A condition that fails the check, as accuracy<0.9. May be repeated.")
    var failIf: [String] = []

    @Flag(name: .long, help: "Print JSON instead of the verdict; thresholds still decide the exit code.")
    var json = false

    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    func validate() throws {
        do {
            for text in failIf { _ = try Threshold(text) }
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        try reporting {
            let thresholds = try failIf.map { try Threshold($0) }
            let source = try Source(path: checkpoint, data: data, labels: labels)
            try Outputs().check(reading: source.paths)
            let job = Job(source: source, arguments: analysis)
            let (header, results) = try analyzeWithoutScreen(job)
            let report = Report(header: header, results: results)
            try json ? writeToStandardOutput(document: report.json() + "\n") : writeToStandardOutput(verdict(report))
            let failed = try thresholds.filter { try $0.holds(in: report) }
            for threshold in failed {
                let found = report[threshold.figure].map { String(format: "%.4f", $0) } ?? "unknown"
                printError("check failed: \(threshold) (it is \(found))")
            }
            if !failed.isEmpty { throw ExitCode(ExitStatus.thresholdNotMet.rawValue) }
        }
    }

    /// Architecture, accuracy, the curve with its flags, and what they say: one screen.
    private func verdict(_ report: Report) -> String {
        let header = report.header
        let level = report.flags[header.level]
        let glyphs: GlyphSet = outputIsUnicode ? .braille : .ascii
        let width = max(20, min(outputColumns, 100))
        var lines = [
            "\(header.checkpoint): \(header.architecture)"
                + (header.parameters > 0 ? ", \(NumberText.grouped(header.parameters)) parameters" : ""),
            "accuracy \(header.accuracy.map(percent) ?? "unknown") on \(header.data), "
                + "N = \(NumberText.grouped(header.samples)), |E| = \(NumberText.grouped(header.edges))",
            "",
        ]
        // Levels are those of the whole curve, however many rows it takes.
        let curve = level.layers.map { report.results[$0]?.figures.modularity }
        let spark = Array(Sparkline.text(curve, glyphs: glyphs))
        let marks = level.layers.map { level.modularity.marks(ofLayer: $0) }
        for start in stride(from: 0, to: spark.count, by: width - 6) {
            let part = start..<min(spark.count, start + width - 6)
            lines.append("M     " + String(spark[part]))
            lines.append("flags " + Sparkline.marks(Array(marks[part]), glyphs: glyphs))
        }
        lines += [""] + report.findings(width: width, ascii: !outputIsUnicode)
        lines += report.warnings.map { "warning: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
