import Analysis
import ArgumentParser
import Formats
import Jobs
import RunStore
import Separation
import Text

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Prints two saved runs side by side, with their differences, and draws their curves in one frame.",
        discussion: """
            Layers are aligned by name or, where the networks have other names, by relative depth; those of a network \
            that `sepal prune` made of the other one, with what they have been. Runs are compared only at equal N, |E| \
            and k, since the figures depend on them.

              sepal compare resnet56.sepal pruned.sepal -o curves.pdf

            The figure has M and Lu et al.'s Q of both runs, with Criterion I's flags, over the layers of the run that has \
            more of them, else of the first; where the other one lacks layers, its curve has a gap with a dotted line \
            across it.
            """)

    @Argument(help: ArgumentHelp("A run file.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("Another one.", valueName: "b"))
    var second: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "The curve's layers: conv or block. Default: the first run's.")
    var level: Level?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Draws both curves to a file, .svg, .pdf or .png; may be given several times.", valueName: "file"))
    var output: [String] = []

    @Option(name: .long, help: "Tolerance tau of Criterion I. Default: each run's.")
    var tolerance: Double?

    @Option(name: .long, help: "Least number of layers that make a plateau. Default: each run's.")
    var minLength: Int?

    func validate() throws {
        if let tolerance, !(0...1).contains(tolerance) {
            throw ValidationError("--tolerance \(tolerance): expected 0 to 1.")
        }
        if let minLength, minLength < 1 { throw ValidationError("--min-length \(minLength): expected 1 or more.") }
    }

    func run() throws {
        try reporting {
            let files = try ComparisonFiles(paths: output)
            try Outputs(output.map { ("-o", $0) }).check(reading: [first, second])
            let (a, b) = (try read(first), try read(second))
            let comparison = try Comparison(a.report, b.report, level: level, cuts: a.plans + b.plans)
            try files.write(comparison, runs: [first, second])
            let written = output.isEmpty ? "" : "\n" + output.map { "Written: \($0.printable)\n" }.joined()
            try json
                ? writeToStandardOutput(document: comparison.json() + "\n")
                : writeToStandardOutput(comparison.text(width: outputColumns, ascii: !outputIsUnicode) + written)
        }
    }

    private func read(_ path: String) throws -> (report: Report, plans: [[String]]) {
        let store = try RunStore.open(path: path)
        defer { store.close() }
        var header = try store.header()
        if let tolerance { header.tolerance = tolerance }
        if let minLength { header.minLength = minLength }
        return (Report(header: header, results: try store.figures()), try store.plans().map(\.units))
    }
}
