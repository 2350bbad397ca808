import ArgumentParser
import RunStore

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Steps through the layers of a network, analysing it meanwhile; or through a saved run.",
        discussion: """
            sepal explore resnet56.th --data test_batch.bin      analyse and explore
            sepal explore run.sepal                              explore a saved run
            Press ? for the keys, q to leave.
            """)

    @Argument(help: "A trained network (with --data), or a run file.")
    var file: String

    @Option(name: .long, help: AnalysisArguments.dataHelp)
    var data: String?

    @Option(name: .shortAndLong, help: "Keep finished layers in this run file, or go on with it.")
    var output: String?

    @OptionGroup(title: "Screen") var screen: ScreenArguments
    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    func validate() throws {
        if data == nil, output != nil { throw ValidationError("-o goes with a checkpoint and --data.") }
    }

    func run() throws {
        try reporting {
            guard let data else {
                do {
                    return try explore(runFile: file, analysis, screen)
                } catch RunStoreError.notARunFile(let path, let found) {
                    throw RunStoreError.notARunFile(path: path, found: "\(found) (a network needs --data)")
                }
            }
            try explore(
                Job(source: .files(checkpoint: file, data: data), arguments: analysis, output: output), screen)
        }
    }
}
