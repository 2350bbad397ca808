import Analysis
import ArgumentParser
import Datasets
import Execution
import Kernels

/// The options that all commands which run a network on images have in common: what the network is, how images are made
/// ready for it, and what it runs on.
package struct NetworkArguments: ParsableArguments {
    /// For `--data`, which not all commands have.
    package static let dataHelp: ArgumentHelp = """
        Labelled images: CIFAR batches (binary or Python), MNIST's idx files, an npz or two npy files, a folder of any of \
        these, or a folder of JPEG or PNG images per class.
        """

    @Option(
        name: .long,
        help: """
            Resizes images to this shorter side, as torchvision does. Default: images of differing sizes 256, with \
            --crop 224; others as they are.
            """)
    package var resize: Int?

    @Option(name: .long, help: "Then takes the middle square of this side.")
    package var crop: Int?

    @Option(
        name: .long,
        help: "How pixels were normalised in training: \(ImageNormalization.names.joined(separator: ", ")).")
    package var norm: String?

    @Option(name: .long, help: "Means per channel, as 0.49,0.48,0.45. Goes with --std.")
    package var mean: String?

    @Option(name: .long, help: "Standard deviations per channel.")
    package var std: String?

    @Option(name: .long, help: "The architecture that the checkpoint must have, as resnet56.")
    package var arch: String?

    @Option(name: .long, help: "Permutes the images with this seed before samples are taken.")
    package var seed: UInt64?

    @Option(name: .long, help: "Worker threads. Default: all processors.")
    package var threads: Int?

    @Option(
        name: .long,
        help: "Bytes of activations kept in memory, as 2G or 512M; beyond, a scratch file. Default: half of RAM.")
    package var memory: ByteCount?

    package init() {}

    package func validate() throws {
        guard (mean == nil) == (std == nil) else { throw ValidationError("--mean and --std go together.") }
        guard norm == nil || mean == nil else { throw ValidationError("Give --norm or --mean and --std, not both.") }
        if let threads, !(1...WorkerPool.mostThreads).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to \(WorkerPool.mostThreads).")
        }
        do {
            try transform.validate()
            _ = try imageNormalization(channels: 3)
        } catch let error as ValidationError {
            throw error
        } catch {
            // Whatever is wrong with an option is wrong usage.
            throw ValidationError("\(error)")
        }
    }

    private var transform: ImageTransform { ImageTransform(resize: resize, crop: crop) }

    /// Where activations live.
    package var activationStore: ActivationStore { ActivationStore(budget: memory?.bytes) }

    /// - Parameter limit: images that are loaded; all where nil.
    package func imageRequest(limit: Int?) -> ImageRequest {
        ImageRequest(limit: limit, seed: seed, transform: transform)
    }

    /// Adds what these options say of the network and its images.
    /// - Parameter channels: of the images, for a normalisation without numbers of its own.
    package func complete(_ options: inout AnalysisOptions, channels: Int) throws {
        options.seed = seed
        options.architecture = arch
        options.imageNormalization = try imageNormalization(channels: channels)
    }

    /// What these options alone say, for commands that analyse nothing.
    package func options(channels: Int) throws -> AnalysisOptions {
        var options = AnalysisOptions()
        try complete(&options, channels: channels)
        return options
    }

    /// What is asked for; nil where it is to be found out.
    private func imageNormalization(channels: Int) throws -> ImageNormalization? {
        if let mean, let std {
            return ImageNormalization(
                name: "given", mean: try numbers(mean, "--mean"), std: try numbers(std, "--std"))
        }
        guard let norm else { return nil }
        guard let named = ImageNormalization.named(norm, channels: channels) else {
            throw AnalysisError.unknownNormalization(norm, known: ImageNormalization.names)
        }
        return named
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
package struct ByteCount: ExpressibleByArgument, Equatable {
    package var bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package init?(argument: String) {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = argument.uppercased().last.flatMap { units[$0] }
        guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number >= 0 else { return nil }
        let bytes = number * Double(unit ?? 1)
        guard bytes < 0x1p62 else { return nil }
        self.bytes = Int(bytes)
    }
}
