import Execution
import Kernels
import Separation

/// Where a job's layers come from: labelled samples, and layers that have a row of features for each of them.
///
/// A source is loaded and checked; what is wrong with it has been said before there is one.
public protocol LayerSource: Sendable {
    /// What a run's header says of where it comes from.
    var provenance: Provenance { get }
    /// All layers in order.
    var layers: [LayerDescription] { get }
    /// Class of each loaded sample, in the order of analysis, an index into the provenance's `classes`.
    var labels: [Int] { get }
    /// What was decided while loading, for people.
    var notes: [String] { get }
    /// Seconds that loading took.
    var seconds: Double { get set }

    /// A picture of a loaded sample, in the order of analysis; nil where samples aren't images.
    func thumbnail(_ sample: Int) -> Thumbnail?

    /// Whether the features of so many samples fit into memory and scratch space.
    /// - Throws: `ExecutionError.activationsTooLarge` with the largest number that does.
    func checkRoom(_ pass: LayerPass) throws

    /// Whether they fit into memory alone.
    func staysInMemory(_ pass: LayerPass) -> Bool

    /// Multiply-adds that a pass takes beside the similarities; what the time left is reckoned by.
    func forwardWork(_ pass: LayerPass) -> Double

    /// Hands out the features of each layer, rows in the order of analysis.
    /// - Parameters:
    ///   - progress: called from workers with the share of the forward work done.
    ///   - handOut: gets a layer's index, what the matrix is to it, and the matrix, on the calling thread; it must not keep it.
    ///     A layer comes after those before it, its `protocolValue`, where the pass asks for one, before its `output`.
    /// - Returns: what the network says of each sample; nil where that isn't known.
    /// - Throws: `KernelError`, `FormatError`, and what `handOut` throws.
    func run(
        _ pass: LayerPass, progress: @escaping @Sendable (Double) -> Void,
        handOut: (Int, LayerValue, FeatureMatrix) throws -> Void
    ) throws -> [Int]?
}

extension LayerSource {
    public func thumbnail(_ sample: Int) -> Thumbnail? { nil }
}

/// What a matrix is to a layer.
public enum LayerValue: Sendable {
    /// The layer's representation, at the end of its chain.
    case output
    /// What Lu et al.'s protocol looks at.
    case protocolValue
}

/// One way through all layers.
public struct LayerPass: Sendable {
    /// A prefix of the source's samples.
    public var samples: Int
    /// Layers that needn't be handed out.
    public var skipped: Set<Int>
    /// Whether layers' protocol values are wanted too.
    public var luProtocol: Bool
    public var pool: WorkerPool
    /// Where features live.
    public var store: ActivationStore
    public var cancellation: Cancellation?

    public init(
        samples: Int, skipped: Set<Int> = [], luProtocol: Bool, pool: WorkerPool, store: ActivationStore,
        cancellation: Cancellation? = nil
    ) {
        self.samples = samples
        self.skipped = skipped
        self.luProtocol = luProtocol
        self.pool = pool
        self.store = store
        self.cancellation = cancellation
    }
}

/// Where a run's figures come from.
public struct Provenance: Sendable, Equatable {
    /// The file name of the network or of its features.
    public var checkpoint: String
    /// XXH64 of its content, 16 hexadecimal digits.
    public var checkpointHash: String
    public var architecture: String
    /// Trained parameters of the whole network; 0 where they aren't known.
    public var parameters: Int
    /// Where samples and labels come from.
    public var data: String
    public var dataHash: String
    public var classes: [String]
    /// How the samples are ordered: `file`, `interleaved`; `+ seed` where permuted.
    public var order: String
    /// How images were normalised; without numbers where sepal has seen none.
    public var normalization: ImageNormalization
    /// Units and costs; nil for features.
    public var network: NetworkDescription?

    public init(
        checkpoint: String, checkpointHash: String, architecture: String, parameters: Int, data: String,
        dataHash: String, classes: [String], order: String, normalization: ImageNormalization,
        network: NetworkDescription? = nil
    ) {
        self.checkpoint = checkpoint
        self.checkpointHash = checkpointHash
        self.architecture = architecture
        self.parameters = parameters
        self.data = data
        self.dataHash = dataHash
        self.classes = classes
        self.order = order
        self.normalization = normalization
        self.network = network
    }
}
