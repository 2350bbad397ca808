import Analysis
import ArgumentParser
import Datasets
import Kernels
import Separation

/// The options that all commands which analyse something have in common.
struct AnalysisArguments: ParsableArguments {
    /// For `--data`, which not all commands have.
    static let dataHelp: ArgumentHelp = """
        Labelled images: CIFAR batches (binary or Python), MNIST's idx files, an npz or two npy files, a folder of any of \
        these, or a folder of JPEG or PNG images per class.
        """

    @Option(name: .long, help: "Samples in the graph, N.")
    var samples: Int?

    @Option(name: .long, help: "Edges in the graph, |E|: the strongest pairs. Default: 10 * N.")
    var edges: Int?

    @Option(name: .long, help: "Samples in the similarity histogram. Default: those of the graph.")
    var histogramSamples: Int?

    @Option(
        name: .long,
        help: """
            Images loaded. Default: as many as graph and histogram need; of images beyond 128x128 pixels, 1,000, unless \
            --samples, --histogram-samples or --paper say how many.
            """)
    var limit: Int?

    @Option(
        name: .long,
        help: """
            Resizes images to this shorter side, as torchvision does. Default: images of differing sizes 256, with \
            --crop 224; others as they are.
            """)
    var resize: Int?

    @Option(name: .long, help: "Then takes the middle square of this side.")
    var crop: Int?

    @Flag(name: .long, help: "The paper's numbers: 4,000 samples in the graph, 10,000 in the histogram.")
    var paper = false

    @Option(name: .long, help: "The curve's layers: conv (every layer) or block (stem and block outputs).")
    var level: Level?

    @Option(name: .long, help: "Tolerance tau of Criterion I, as a share of the curve's range.")
    var tolerance: Double?

    @Option(name: .long, help: "Least number of layers that make a plateau.")
    var minLength: Int?

    @Option(name: [.long, .customShort("k")], help: "Neighbours in Lu et al.'s graph, 1 to 10.")
    var neighbors: Int?

    @Option(name: .long, help: "Inner normalisation of AQ and EQ: literal (as printed) or newman.")
    var normalization = Normalization.literal

    @Flag(name: .long, help: "Take Lu et al.'s Q by their protocol: five batches of 500, the stem before BatchNorm.")
    var luProtocol = false

    @Option(
        name: .long,
        help: "How pixels were normalised in training: \(ImageNormalization.names.joined(separator: ", ")).")
    var norm: String?

    @Option(name: .long, help: "Means per channel, as 0.49,0.48,0.45. Goes with --std.")
    var mean: String?

    @Option(name: .long, help: "Standard deviations per channel.")
    var std: String?

    @Option(name: .long, help: "The architecture that the checkpoint must have, as resnet56.")
    var arch: String?

    @Option(name: .long, help: "Permutes the images with this seed before samples are taken.")
    var seed: UInt64?

    @Option(name: .long, help: "Worker threads. Default: all processors.")
    var threads: Int?

    @Option(
        name: .long,
        help: "Bytes of activations kept in memory, as 2G or 512M; beyond, a scratch file. Default: half of RAM.")
    var memory: ByteCount?

    func validate() throws {
        guard (mean == nil) == (std == nil) else { throw ValidationError("--mean and --std go together.") }
        guard norm == nil || mean == nil else { throw ValidationError("Give --norm or --mean and --std, not both.") }
        if let threads, !(1...WorkerPool.mostThreads).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to \(WorkerPool.mostThreads).")
        }
        if paper, samples != nil || histogramSamples != nil {
            throw ValidationError("--paper sets --samples and --histogram-samples; leave those out.")
        }
        do {
            try transform.validate()
            try options(channels: 3).validate()
        } catch let error as ValidationError {
            throw error
        } catch {
            // Whatever is wrong with an option is wrong usage.
            throw ValidationError("\(error)")
        }
    }

    var transform: ImageTransform { ImageTransform(resize: resize, crop: crop) }

    /// - Parameter limit: images that are loaded where they are not large.
    func imageRequest(limit: Int) -> ImageRequest {
        var request = ImageRequest(limit: limit, seed: seed, transform: transform)
        let isSaid = self.limit != nil || samples != nil || histogramSamples != nil || paper
        if !isSaid { request.limitOfLarge = AnalysisOptions.limitOfLargeImages }
        return request
    }

    /// - Parameter channels: of the images, for a normalisation without numbers of its own.
    func options(channels: Int) throws -> AnalysisOptions {
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
        options.seed = seed
        options.architecture = arch
        if let mean, let std {
            options.imageNormalization = ImageNormalization(
                name: "given", mean: try numbers(mean, "--mean"), std: try numbers(std, "--std"))
        } else if let norm {
            guard let named = ImageNormalization.named(norm, channels: channels) else {
                throw AnalysisError.unknownNormalization(norm, known: ImageNormalization.names)
            }
            options.imageNormalization = named
        }
        return options
    }

    private func numbers(_ text: String, _ option: String) throws -> [Double] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        return try parts.map { part in
            guard let value = Double(part), value.isFinite else {
                throw ValidationError("\(option) \(text): expected numbers between commas, as 0.49,0.48,0.45.")
            }
            return value
        }
    }
}

/// A number of bytes as people write it: 512M, 2G, 1000000.
struct ByteCount: ExpressibleByArgument, Equatable {
    var bytes: Int

    init?(argument: String) {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = argument.uppercased().last.flatMap { units[$0] }
        guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number >= 0 else { return nil }
        let bytes = number * Double(unit ?? 1)
        guard bytes < 0x1p62 else { return nil }
        self.bytes = Int(bytes)
    }
}

extension Level: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}
