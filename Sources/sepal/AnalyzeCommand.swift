import Analysis
import ArgumentParser
import Jobs
import Separation

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyses every layer without a screen; the result goes to standard output.",
        discussion: """
            Progress and notes go to standard error. With -o every finished layer is kept in a run file; the same command \
            goes on where a run was stopped, and `sepal explore run.sepal` opens it.

            Several machines share the work with --shard, each with a run file of its own; then one of them joins those:

              sepal analyze net.pth --data images --shard 1/2 -o part1.sepal
              sepal analyze net.pth --data images --shard 2/2 -o part2.sepal
              sepal merge part1.sepal part2.sepal -o run.sepal
            """)

    @OptionGroup var wanted: AnalyzeArguments

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only the layers of one of n parts, as 2/8, which take about the same time each.", valueName: "i/n"))
    var shard: Shard?

    func validate() throws {
        if shard != nil, wanted.output == nil {
            throw ValidationError("--shard needs -o: its layers are for sepal merge.")
        }
    }

    func run() throws {
        try reporting {
            var job = try wanted.job()
            job.shard = shard
            let (header, results) = try analyzeWithoutScreen(job)
            try printReport(header, results, format: wanted.json ? .json : .text)
        }
    }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index: index, count: count)
    }
}
