import Analysis
import ArgumentParser
import Figures
import Jobs
import RunStore
import Separation

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Prints a saved run as a table, as JSON, as CSV or as a page of HTML.",
        discussion: "sepal report run.sepal --html > run.html")

    @Argument(help: ArgumentHelp("A run file, finished or not.", valueName: "run"))
    var file: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print CSV, a row per layer.")
    var csv = false

    @Flag(name: .long, help: "Print a page of HTML that stands alone, figures included.")
    var html = false

    @Option(name: .long, help: "The curve's layers: conv or block. Default: the run's.")
    var level: Level?

    @Option(name: .long, help: "Tolerance tau of Criterion I. Default: the run's.")
    var tolerance: Double?

    @Option(name: .long, help: "Least number of layers that make a plateau. Default: the run's.")
    var minLength: Int?

    func validate() throws {
        if [json, csv, html].count(where: \.self) > 1 {
            throw ValidationError("Give --json, --csv or --html, one of them.")
        }
        if let tolerance, !(0...1).contains(tolerance) {
            throw ValidationError("--tolerance \(tolerance): expected 0 to 1.")
        }
        if let minLength, minLength < 1 { throw ValidationError("--min-length \(minLength): expected 1 or more.") }
    }

    func run() throws {
        try reporting {
            try Outputs().check(reading: [file])
            let store = try RunStore.open(path: file)
            defer { store.close() }
            var header = try store.header()
            if let level { header.level = level }
            if let tolerance { header.tolerance = tolerance }
            if let minLength { header.minLength = minLength }
            let results = try store.figures()
            if html { return try printPage(header, results, store) }
            try printReport(header, results, format: json ? .json : csv ? .csv : .text)
        }
    }
}

/// Prints a run as a page of HTML on standard output.
private func printPage(_ header: RunHeader, _ results: [LayerResult?], _ store: RunStore) throws {
    let report = Report(header: header, results: results)
    let peak = report.flags[header.level].modularity.peak
    let isEmpty = report.finished.isEmpty
    let page = ReportPage(
        report: report,
        figures: isEmpty ? nil : try PageFigures(FigureRun(header: header, results: results), store: store),
        peakEdges: try peak.flatMap { try store.classEdges(layer: $0) })
    try writeToStandardOutput(document: page.html())
}
