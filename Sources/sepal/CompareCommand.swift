import Analysis
import ArgumentParser
import RunStore
import Separation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Prints two saved runs side by side, with their differences.",
        discussion: """
            Layers are aligned by name or, where the networks have other names, by relative depth; those of a network that \
            `sepal prune` made of the other one, with what they have been. Runs are compared only at equal N, |E| and k, since the figures \
            depend on them.
            """)

    @Argument(help: ArgumentHelp("A run file.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("Another one.", valueName: "b"))
    var second: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "The curve's layers: conv or block. Default: the first run's.")
    var level: Level?

    func run() throws {
        try reporting {
            let (a, b) = (try read(first), try read(second))
            let comparison = try Comparison(a.report, b.report, level: level, cuts: a.plans + b.plans)
            try writeToStandardOutput(
                json ? comparison.json() + "\n" : comparison.text(width: outputColumns, ascii: !outputIsUnicode))
        }
    }

    private func read(_ path: String) throws -> (report: Report, plans: [[String]]) {
        let store = try RunStore.open(path: path)
        defer { store.close() }
        return (Report(header: try store.header(), results: try store.figures()), try store.plans().map(\.units))
    }
}
