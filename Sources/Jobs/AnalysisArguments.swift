import Analysis
import ArgumentParser
import Datasets
import Separation

/// The options that all commands which analyse something have in common.
package struct AnalysisArguments: ParsableArguments {
    @Option(name: .long, help: "Samples in the graph, N.")
    package var samples: Int?

    @Option(name: .long, help: "Edges in the graph, |E|: the strongest pairs. Default: 10 * N.")
    package var edges: Int?

    @Option(name: .long, help: "Samples in the similarity histogram. Default: those of the graph.")
    package var histogramSamples: Int?

    @Option(
        name: .long,
        help: """
            Images loaded. Default: as many as graph and histogram need; of images beyond 128x128 pixels, 1,000, unless \
            --samples, --histogram-samples or --paper say how many.
            """)
    package var limit: Int?

    @ArgumentParser.Flag(name: .long, help: "The paper's numbers: 4,000 samples in the graph, 10,000 in the histogram.")
    package var paper = false

    @Option(name: .long, help: "The curve's layers: conv (every layer) or block (stem and block outputs).")
    package var level: Level?

    @Option(name: .long, help: "Tolerance tau of Criterion I, as a share of the curve's range.")
    package var tolerance: Double?

    @Option(name: .long, help: "Least number of layers that make a plateau.")
    package var minLength: Int?

    @Option(name: [.long, .customShort("k")], help: "Neighbours in Lu et al.'s graph, 1 to 10.")
    package var neighbors: Int?

    @Option(name: .long, help: "Inner normalisation of AQ and EQ: literal (as printed) or newman.")
    package var normalization = Normalization.literal

    @ArgumentParser.Flag(
        name: .long, help: "Take Lu et al.'s Q by their protocol: five batches of 500, the stem before BatchNorm.")
    package var luProtocol = false

    @ArgumentParser.Flag(
        name: .long, help: "Similarities in float32 throughout: no screening of features as bytes first.")
    package var exact = false

    @OptionGroup package var network: NetworkArguments

    package init() {}

    package func validate() throws {
        if paper, samples != nil || histogramSamples != nil {
            throw ValidationError("--paper sets --samples and --histogram-samples; leave those out.")
        }
        do {
            try options(channels: 3).validate()
        } catch let error as ValidationError {
            throw error
        } catch {
            // Whatever is wrong with an option is wrong usage.
            throw ValidationError("\(error)")
        }
    }

    /// - Parameter limit: images that are loaded where they are not large.
    package func imageRequest(limit: Int) -> ImageRequest {
        var request = network.imageRequest(limit: limit)
        let isSaid = self.limit != nil || samples != nil || histogramSamples != nil || paper
        if !isSaid { request.limitOfLarge = AnalysisOptions.limitOfLargeImages }
        return request
    }

    /// - Parameter channels: of the images, for a normalisation without numbers of its own.
    package func options(channels: Int) throws -> AnalysisOptions {
        var options = AnalysisOptions()
        if paper { options.useThePapersNumbers() }
        if let samples { options.samples = samples }
        if let histogramSamples { options.histogramSamples = histogramSamples }
        options.edges = edges
        options.limit = limit
        if let level { options.level = level }
        if let tolerance { options.criterion.tolerance = tolerance }
        if let minLength { options.criterion.minLength = minLength }
        if let neighbors { options.neighbors = neighbors }
        options.normalization = normalization
        options.luProtocol = luProtocol
        options.screening = exact ? .never : .automatic
        try network.complete(&options, channels: channels)
        return options
    }
}

extension Level: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}
