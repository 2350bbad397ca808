import Execution
import Formats
import Kernels
import Network
import Synchronization

/// What a network is wanted for, which says how many images have room.
public enum NetworkPurpose: Sendable {
    /// What its layers put out, of all images at once.
    case layers
    /// What it says of each image, and nothing on the way.
    case predictions
}

/// A file that holds a network, whatever it was saved as: parameters whose names tell the network, or an ONNX graph.
public struct NetworkFile: Sendable {
    /// The file's name.
    public let name: String
    /// XXH64 of its bytes, 16 hexadecimal digits.
    public let hash: String
    /// The writer's remarks, such as `mean` and `std`.
    let metadata: [String: String]
    /// Units of a larger network that were cut to make it, as the file says.
    var cut: [String]? {
        metadata["cut"].map { $0.split(separator: ",").map(String.init) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    private let content: Content
    private let architecture: String?

    /// Paths of other files that hold parts of it.
    public var companions: [String] {
        if case .graph(let graph) = content { graph.companions } else { [] }
    }

    /// Reads the parameters by name, as they are stored; nil for an ONNX graph.
    /// - Throws: `FormatError`.
    public func parameters() throws -> StateDict? {
        if case .parameters(let index, _) = content { try index.stateDict() } else { nil }
    }

    private enum Content: Sendable {
        case parameters(CheckpointIndex, LoadedWeights)
        case graph(ONNXGraph)
    }

    /// - Parameters:
    ///   - folder: where it lies; an ONNX network may have weights in other files beside it.
    ///   - architecture: the name that the network must have.
    /// - Throws: `FormatError`.
    public init(_ file: InputFile, folder: String? = nil, architecture: String? = nil) throws {
        name = file.name
        self.architecture = architecture
        if try isONNX(file) {
            let graph = try readONNX(file, folder: folder)
            (content, metadata) = (.graph(graph), graph.metadata)
        } else {
            let index = try CheckpointIndex.open(file)
            (content, metadata) = (.parameters(index, LoadedWeights()), index.metadata)
        }
        hash = try file.contentHash()
    }

    /// The same of bytes that are in memory already.
    public init(bytes: [UInt8], name: String, folder: String? = nil, architecture: String? = nil) throws {
        try self.init(InputFile(bytes: bytes, name: name), folder: folder, architecture: architecture)
    }

    /// The networks that the file may hold, the likeliest first, and what was decided on the way, for people.
    /// - Parameter inputShape: an image: channels × height × width.
    /// - Throws: `AnalysisError.network`; `FormatError`, where values cannot be read.
    public func candidates(inputShape: [Int]) throws -> (networks: [Network], notes: [String]) {
        do {
            switch content {
            case .parameters(let index, let weights):
                let candidates = try NetworkCandidates(
                    index.tensors, inputShape: inputShape, architecture: architecture)
                return (try candidates.networks(weights.values(candidates.parameters, of: index)), index.notes)
            case .graph(let graph):
                let imported = try ImportedNetwork(graph, inputShape: inputShape)
                let found = imported.network.architecture
                if let architecture, !"\(found), ".hasPrefix("\(architecture), ") {
                    throw NetworkError.otherArchitecture(asked: architecture, found: found)
                }
                return ([imported.network], imported.notes)
            }
        } catch let error as NetworkError {
            throw AnalysisError.network(file: name, error)
        }
    }

    /// The networks that the file may hold, for images of no known data: with as many channels as it takes, and of the size
    /// that is asked for, else of 32×32 pixels, or of 224×224 where it tells ImageNet's 1,000 classes apart or needs more.
    /// - Throws: as above.
    public func candidates(imageSize: Int?) throws -> (networks: [Network], notes: [String]) {
        func found(_ size: Int) throws -> (networks: [Network], notes: [String]) {
            do {
                return try candidates(inputShape: [3, size, size])
            } catch AnalysisError.network(_, .inputChannels(let expected, _)) {
                return try candidates(inputShape: [expected, size, size])
            }
        }
        if let imageSize { return try found(imageSize) }
        do {
            let small = try found(32)
            return small.networks[0].graph.classCount == 1000 ? try found(224) : small
        } catch AnalysisError.network(let file, let error) {
            guard let large = try? found(224) else { throw AnalysisError.network(file: file, error) }
            return large
        }
    }

    /// How images are normalised for a network where there are none to tell: as asked, as the file says, or as its names
    /// suggest; with a word where that is a guess.
    /// - Throws: `AnalysisError.normalization`.
    public func normalization(
        of network: Network, asked: ImageNormalization?
    ) throws -> (ImageNormalization, note: String?) {
        let known = try KnownNormalizations(
            metadata: metadata, candidates: [network], channels: network.graph.inputShape[0], asked: asked)
        let likeliest = known.likeliestFirst[0]
        return (
            likeliest,
            known.areOpen ? "normalisation \(likeliest.name) assumed (--norm, --mean and --std say it)" : known.note
        )
    }

    /// How many channels the network wants of images that can be had in colour or grey: 3, or 1 where all that the file may
    /// hold take 1. To be asked before pictures are decoded, hence whether so many have room is looked at as well.
    /// - Parameter purpose: what the network is wanted for.
    /// - Throws: `AnalysisError.network`; `ExecutionError.activationsTooLarge` with the largest number that has room.
    public func channels(
        samples: Int, height: Int, width: Int, options: AnalysisOptions, purpose: NetworkPurpose = .layers,
        pool: WorkerPool, store: ActivationStore
    ) throws -> Int {
        var channels = 3
        let networks: [Network]
        do {
            networks = try candidates(inputShape: [3, height, width]).networks
        } catch AnalysisError.network(_, .inputChannels(expected: 1, _)) {
            channels = 1
            networks = try candidates(inputShape: [1, height, width]).networks
        }
        try Self.checkRoom(
            networks, LayerPass(samples: samples, luProtocol: options.luProtocol, pool: pool, store: store),
            purpose: purpose)
        return channels
    }

    /// - Throws: where no candidate has room, what is wrong with the one that needs the least.
    static func checkRoom(_ candidates: [Network], _ pass: LayerPass, purpose: NetworkPurpose) throws {
        var least: (largest: Int, error: ExecutionError)?
        for network in candidates {
            do throws(ExecutionError) {
                let executor =
                    switch purpose {
                    case .layers: network.executor(pass)
                    case .predictions: network.executor(pool: pass.pool, store: pass.store)
                    }
                return try executor.checkRoom(samples: pass.samples)
            } catch {
                guard case .activationsTooLarge(_, _, _, let largest) = error else { throw error }
                if largest > least?.largest ?? -1 { least = (largest, error) }
            }
        }
        if let least { throw least.error }
    }
}

/// The values that a file's networks share, which are read when the first of them is known.
private final class LoadedWeights: Sendable {
    private let known = Mutex<[String: [Float]]?>(nil)

    func values(_ names: Set<String>, of index: CheckpointIndex) throws -> [String: [Float]] {
        try known.withLock { known in
            if let known { return known }
            var values: [String: [Float]] = [:]
            try index.forEach(names) { name, tensor in values[name] = try tensor.weights(named: name) }
            known = values
            return values
        }
    }
}
