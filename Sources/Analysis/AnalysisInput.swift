import Datasets
import Execution
import Formats
import Kernels
import Network
import Tensors

/// A network and the images it is looked at with: all that an analysis needs, loaded and checked.
public struct AnalysisInput: Sendable {
    /// The checkpoint's file name.
    public var checkpoint: String
    /// XXH64 of its bytes, 16 hexadecimal digits.
    public var checkpointHash: String
    public var network: Network
    /// In the order of analysis.
    public var images: ImageSet
    /// What the network's images were normalised with in training, given or found out.
    public var normalization: ImageNormalization
    /// Paths of files beside the checkpoint that hold parts of it.
    public let companions: [String]
    /// Units of a larger network that this one is without, as its file says.
    var cut: [String]?
    /// What was decided while loading, for people: unwrapped keys, chosen network and normalisation, warnings.
    public var notes: [String]
    /// Seconds that loading took.
    public var seconds: Double

    /// Recognises a file's network and takes it together with images.
    /// - Parameters:
    ///   - purpose: what the network is wanted for; it is asked for room for that.
    ///   - pool: for choosing a network and a normalisation, which may take some forward passes.
    ///   - store: where their activations live.
    /// - Throws: `FormatError`, `DatasetError`, `AnalysisError`, `ExecutionError`, `KernelError`.
    public init(
        _ file: NetworkFile, images: ImageSet, options: AnalysisOptions, purpose: NetworkPurpose = .layers,
        pool: WorkerPool, store: ActivationStore, cancellation: Cancellation? = nil
    ) throws {
        let start = ContinuousClock.now
        let (candidates, found) = try file.candidates(inputShape: [images.channels, images.height, images.width])
        for network in candidates where network.graph.classCount != images.classNames.count {
            throw AnalysisError.classCount(network: network.graph.classCount, data: images.classNames.count)
        }
        // What can't be analysed needn't be chosen.
        try NetworkFile.checkRoom(
            candidates,
            LayerPass(samples: images.count, luProtocol: options.luProtocol, pool: pool, store: store),
            purpose: purpose)
        let choice = try NetworkChoice(
            candidates: candidates, metadata: file.metadata, images: images, asked: options.imageNormalization,
            pool: pool, store: store, cancellation: cancellation)
        checkpoint = file.name
        checkpointHash = file.hash
        network = choice.network
        (cut, companions) = (file.cut, file.companions)
        self.images = images
        normalization = choice.normalization
        notes = found + images.notes + choice.notes
        seconds = secondsSince(start)
    }

    /// A network and images that are known to belong together.
    public init(_ file: NetworkFile, network: Network, images: ImageSet, normalization: ImageNormalization) {
        checkpoint = file.name
        checkpointHash = file.hash
        self.network = network
        self.images = images
        self.normalization = normalization
        (cut, companions, notes, seconds) = (file.cut, file.companions, [], 0)
    }

    /// Writes normalised images, height × width × channels each, as the executor wants them.
    /// - Throws: `DatasetError` where the range is outside of the set.
    public func fill(_ range: Range<Int>, _ destination: UnsafeMutablePointer<Float>) throws {
        try images.fill(range, normalization, destination)
    }
}
