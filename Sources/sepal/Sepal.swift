import ArgumentParser
import Foundation
import Jobs
import Kernels
import Signals

@main
struct Sepal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sepal",
        abstract: "Shows how a trained convolutional network pulls the classes apart, layer by layer.",
        discussion: """
              Without any file:     sepal demo
              Into a network:       sepal explore net.pth --data images
              Without a screen:     sepal analyze net.pth --data images -o run.sepal
              Any features:         sepal analyze features.npz
              What was saved:       sepal explore run.sepal
              Figures for print:    sepal figure run.sepal -o figures
              A smaller network:    sepal prune run.sepal -o small.pth --finetune tune.py
              A verdict:            sepal check features.npz --fail-if "peakM<0.2"
              Its accuracy:         sepal evaluate net.pth --data images

            For every layer sepal takes the cosine similarity between all samples, joins the strongest pairs in a graph, \
            and measures how well edges within a class (correct) stand apart from edges between two (wrong): the \
            modularity M = r * AQ * (1 - EQ). Where M has reached its peak, lies on a plateau or declines, layers may be cut \
            (Criterion I).

            Exit codes: 0 done, 1 failed, 2 a check's threshold not met, 64 usage, 65 bad input data, 74 input/output, \
            130 interrupted.
            """,
        version: programVersion,
        subcommands: [
            DemoCommand.self, ExploreCommand.self, AnalyzeCommand.self, CheckCommand.self, EvaluateCommand.self,
            MergeCommand.self, ReportCommand.self, CompareCommand.self, PruneCommand.self, FigureCommand.self,
            NotesCommand.self, CaptureCommand.self,
        ])

    static func main() {
        OrderlyEnd.begin(status: ExitStatus.interrupted.rawValue)
        Machine.beforeEndWithoutMemory { OrderlyEnd.breakDown() }
        do {
            if let (number, text) = CommandLine.firstNotUTF8 {
                throw ValidationError("Argument \(number) is not UTF-8 text (\(text)); rename the file.")
            }
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Foundation.exit(say(error))
        }
    }
}

extension CommandLine {
    /// The first argument that is not UTF-8, and what it would be taken for: no path can be that.
    fileprivate static var firstNotUTF8: (number: Int, text: String)? {
        for (number, text) in zip(1..., arguments.dropFirst()) {
            guard let argument = unsafeArgv[number], String(validatingCString: argument) == nil else { continue }
            return (number, text)
        }
        return nil
    }
}
