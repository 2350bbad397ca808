import ArgumentParser

/// What is analysed without a screen, and where the result goes.
package struct AnalyzeArguments: ParsableArguments {
    @Argument(
        help:
            "A trained network (PyTorch .th, .pth, .pt, safetensors, ONNX), or features: an npz, safetensors, npy files."
    )
    package var checkpoint: String

    @Option(name: .long, help: NetworkArguments.dataHelp)
    package var data: String?

    @Option(name: .long, help: "Labels of features, where they are not among them: an npy, or an npz with labels.")
    package var labels: String?

    @Option(name: .shortAndLong, help: "The run file to write or go on with.")
    package var output: String?

    @Flag(name: .long, help: "Print JSON instead of a table.")
    package var json = false

    @OptionGroup(title: "Analysis") package var analysis: AnalysisArguments

    package init() {}

    package func job() throws -> Job {
        let source = try Source(path: checkpoint, data: data, labels: labels)
        try Outputs([("-o", output)]).check(reading: source.paths)
        return Job(source: source, arguments: analysis, output: output)
    }
}
