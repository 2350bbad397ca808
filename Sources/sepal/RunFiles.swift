import Analysis
import Datasets
import Execution
import Formats
import Foundation
import Jobs
import Kernels
import Network
import Pruning
import Separation

/// A network that a plan can be carried out on, and images to try it with, where there are any.
struct LoadedNetwork: Sendable {
    var network: Network
    /// Of the checkpoint; nil for an ONNX graph.
    var parameters: StateDict?
    var normalization: ImageNormalization
    var images: ImageSet?
    /// Paths of files beside the checkpoint that hold parts of it.
    var companions: [String]

    func pruned(by plan: PruningPlan) throws -> PrunedNetwork {
        do {
            return try PrunedNetwork(network, cutting: plan.cut.map { network.units[$0] }, parameters: parameters)
        } catch let error as NetworkError {
            throw PruningError.otherNetwork(error.description)
        }
    }
}

/// The files that a saved run was made of, found again: where the run says they were, else beside it or here, and told by
/// their content.
struct RunFiles {
    let header: RunHeader
    /// The run's own path.
    let path: String

    /// The network of the run's checkpoint.
    /// - Parameter asked: where the user says it is.
    /// - Throws: `UsageError` where it isn't found, or is another; what reading it throws.
    func network(asked: String?) throws -> (NetworkFile, Network) {
        let file = try networkFile(asked: asked)
        guard file.hash == header.checkpointHash else {
            throw UsageError(
                "\(file.name) is not the network that the run was made of; give --checkpoint PATH")
        }
        let shape = header.network?.imageShape ?? [3, 32, 32]
        let candidates = try file.candidates(inputShape: shape).networks
        guard let network = candidates.first(where: { $0.architecture == header.architecture }) else {
            throw UsageError(
                "\(file.name) is no longer read as \(header.architecture); analyse it again")
        }
        return (file, network)
    }

    /// The run's network with its images: what it takes to have its figures again.
    /// - Throws: `UsageError` where one of them isn't found, or is another.
    func base(_ pool: WorkerPool, _ cancellation: Cancellation) throws -> CutTrials.Base {
        let (file, network) = try network(asked: nil)
        guard let images = try images(asked: nil, pool: pool, cancellation: cancellation) else {
            throw UsageError("the run's images \(header.data) are not where they were")
        }
        return try CutTrials.Base(
            input: AnalysisInput(file, network: network, images: images, normalization: normalization),
            options: AnalysisOptions(header))
    }

    private func networkFile(asked: String?) throws -> NetworkFile {
        if asked == nil, isDemo { return try NetworkFile(bytes: Demo.checkpoint, name: header.checkpoint) }
        guard let path = asked ?? found(header.checkpoint, header.origin?.checkpoint) else {
            throw UsageError(
                "the run's network \(header.checkpoint) is not where it was; give --checkpoint PATH")
        }
        return try NetworkFile(path: path, architecture: nil)
    }

    /// The run's images, in its order; nil where they aren't where they were, or are others.
    /// - Throws: what reading them throws.
    func images(asked: String?, pool: WorkerPool, cancellation: Cancellation) throws -> ImageSet? {
        let origin = header.origin
        // Runs of older versions don't say how many they loaded: as many as they looked at, unless asked otherwise.
        var request = ImageRequest(
            limit: origin?.images ?? max(header.samples, header.histogramSamples), seed: header.seed,
            transform: ImageTransform(resize: origin?.resize, crop: origin?.crop))
        (request.pool, request.cancellation) = (pool, cancellation)
        let channels = header.network?.imageShape.first ?? header.mean.count
        request.channels = { _, _, _ in channels }
        let images: ImageSet
        if let path = asked ?? found(header.data, origin?.data) {
            images = try ImageSet.load(path: path, request)
        } else if isDemo {
            images = try ImageSet(bytes: Demo.images, source: header.data, request)
        } else {
            return nil
        }
        return images.hash == header.dataHash ? images : nil
    }

    /// Where the run's network and images are found.
    var sources: [String] {
        [found(header.checkpoint, header.origin?.checkpoint), found(header.data, header.origin?.data)].compactMap(
            \.self)
    }

    /// Whether its network is the one that is compiled in.
    private var isDemo: Bool { header.checkpointHash == contentHash(Demo.checkpoint) }

    /// Where a file is: where the run says, else beside the run or here; nil where it is none of these.
    private func found(_ name: String, _ known: String?) -> String? {
        let beside = URL(filePath: path).deletingLastPathComponent().appending(path: name).path
        return ((known.map { [$0] } ?? []) + [beside, name]).first { FileManager.default.fileExists(atPath: $0) }
    }

    var normalization: ImageNormalization {
        ImageNormalization(name: header.normName, mean: header.mean, std: header.std)
    }
}
