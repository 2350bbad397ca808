import Datasets
import Execution
import Foundation
import Kernels
import Network
import Reconstruction

/// Images that a cut network's layers are fitted on; nobody looks at their labels.
public struct Calibration: Sendable {
    /// The data's name, for people.
    public var data: String
    /// Where the images stand in their set.
    public let indices: [Int]
    private let images: ImageSet
    private let normalization: ImageNormalization

    /// - Throws: `AnalysisError.calibration` for images that the network can't take.
    public init(
        _ images: ImageSet, indices: [Int], for network: Network, normalization: ImageNormalization
    ) throws(AnalysisError) {
        let shape = [images.channels, images.height, images.width]
        guard shape == network.graph.inputShape else {
            throw .calibration(
                "\(images.source): its images are \(Self.text(shape)), and the network's are "
                    + "\(Self.text(network.graph.inputShape)) (channels × height × width)")
        }
        (data, self.indices, self.images, self.normalization) = (images.source, indices, images, normalization)
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }

    /// The first `most` images of a set, from one of them on, that aren't among others. O(size of the images).
    public static func indices(
        of images: ImageSet, from first: Int = 0, most: Int, besides others: ImageSet?
    ) -> [Int] {
        var known: Set<ArraySlice<UInt8>> = []
        if let others, others.size == images.size {
            for index in 0..<others.count { known.insert(others.pixels(of: index)) }
        }
        var found: [Int] = []
        for index in first..<max(first, images.count)
        where found.count < most && !known.contains(images.pixels(of: index)) {
            found.append(index)
        }
        return found
    }

    /// Fits what is left of a network without some of its units.
    /// - Throws: as `Reconstruction`'s own.
    public func reconstruction(
        of network: Network, cutting units: [Network.Unit], options: ReconstructionOptions = ReconstructionOptions(),
        pool: WorkerPool, store: ActivationStore, cancellation: Cancellation? = nil,
        progress: (Double) -> Void = { _ in }
    ) throws -> Reconstruction {
        let result = try Reconstruction(
            of: network.graph, cut: CutGraph(network.graph, cutting: units), images: indices.count, options: options,
            pool: pool, store: store, cancellation: cancellation, fill: fill, progress: progress)
        if let image = result.wanted.firstRowNotFinite { throw AnalysisError.scores(image: indices[image]) }
        return result
    }

    /// Looks for the units that the network can do without.
    /// - Throws: as `CutSearch`'s own.
    public func search(
        _ network: Network, pool: WorkerPool, store: ActivationStore, cancellation: Cancellation? = nil,
        saving: ((_ unit: Int) -> Double)? = nil, isEnough: ([CutSearch.Step], Reconstruction) throws -> Bool,
        progress: (_ tried: Int, _ out: Int) -> Void
    ) throws -> CutSearch {
        try CutSearch(
            of: network, images: indices.count, pool: pool, store: store, cancellation: cancellation, fill: fill,
            saving: saving, isEnough: isEnough, progress: progress)
    }

    /// Writes a range of the images, normalised.
    private var fill: ForwardPass.Fill {
        let (images, normalization, indices) = (images, normalization, indices)
        return { range, values in
            for (place, index) in indices[range].enumerated() {
                try images.fill(index..<index + 1, normalization, values + place * images.size)
            }
        }
    }
}

extension ImageSet {
    fileprivate var size: Int { channels * height * width }
    fileprivate func pixels(of image: Int) -> ArraySlice<UInt8> { pixels[image * size..<(image + 1) * size] }
}
