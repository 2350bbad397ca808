import ArgumentParser
import Jobs
import Kernels
import RunStore

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Joins run files of several machines, each with a part of the layers, into one.",
        discussion: """
            The parts have to be of one network, one data set and the same options, and hold all layers between them. \
            Their figures are those that one machine alone would have come to.

              sepal merge part*.sepal -o run.sepal
            """)

    @Argument(help: ArgumentHelp("Run files of the parts.", valueName: "part"))
    var parts: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The run file to make.", valueName: "run"))
    var output: String

    func run() throws {
        try reporting {
            try Outputs([("-o", output)]).check(reading: parts)
            let layers = try RunStore.merge(parts, into: output, check: Cancellation.bySignal().check)
            printError("\(output): \(layers) layers of \(parts.count) part\(parts.count == 1 ? "" : "s")")
        }
    }
}
