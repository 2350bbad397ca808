import Analysis
import ArgumentParser
import Formats
import Jobs
import RunStore

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Steps through the layers of a network, analysing it meanwhile; or through saved runs.",
        discussion: """
              sepal explore resnet56.th --data test_batch.bin      analyse and explore
              sepal explore run.sepal                              explore a saved run
              sepal explore before.sepal after.sepal               compare two
              sepal explore --watch checkpoints --data images      follow a training, a curve per checkpoint
            Press ? for the keys, q to leave.
            """)

    @Argument(help: "A trained network (with --data), features, or run files: one, or several to compare.")
    var files: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Follow this folder, into which a training writes checkpoints; with --data.", valueName: "folder"))
    var watch: String?

    @Option(name: .long, help: NetworkArguments.dataHelp)
    var data: String?

    @Option(name: .long, help: "Labels of features, where they are not among them: an npy, or an npz with labels.")
    var labels: String?

    @Option(name: .shortAndLong, help: "Keep finished layers in this run file, or go on with it.")
    var output: String?

    @OptionGroup(title: "Screen") var screen: ScreenArguments
    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    func validate() throws {
        guard watch != nil else {
            if files.isEmpty { throw ValidationError("Missing expected argument '<files> ...'") }
            return
        }
        guard files.isEmpty, output == nil, labels == nil else {
            throw ValidationError("--watch goes with --data alone: no file, no -o, no --labels.")
        }
        guard data != nil else { throw ValidationError("--watch needs the images: --data PATH.") }
    }

    func run() throws {
        try reporting {
            if let watch, let data { return try explore(watching: watch, data: data, analysis, screen) }
            guard let file = files.first, files.count == 1 else {
                guard data == nil, labels == nil, output == nil else {
                    throw UsageError("--data, --labels and -o go with one file; several are saved runs")
                }
                return try explore(runFiles: files, analysis, screen)
            }
            // A run file is no file of arrays, and what can't be read at all is said better as one that should be.
            let areFeatures = (try? FeatureSource.areFeatures(at: file)) ?? ((try? isDirectory(file)) == true)
            guard data != nil || labels != nil || areFeatures else {
                guard output == nil else { throw UsageError("-o goes with a checkpoint and --data, or with features") }
                do {
                    return try explore(runFiles: [file], analysis, screen)
                } catch RunStoreError.notARunFile(let path, let found) {
                    throw RunStoreError.notARunFile(path: path, found: "\(found) (a network needs --data)")
                }
            }
            let source = try Source(path: file, data: data, labels: labels)
            try explore(Job(source: source, arguments: analysis, output: output), screen)
        }
    }
}
