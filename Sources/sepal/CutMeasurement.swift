import Analysis
import Datasets
import Execution
import Jobs
import Kernels
import Network
import Pruning
import Reconstruction

/// The images of a cut: those that layers are fitted on, and others that accuracy is counted on.
struct CutImages {
    /// Nil where nothing is fitted.
    let calibration: Calibration?
    /// Nil where there are none.
    let counted: ImageSet?
    /// Whether both are parts of one set.
    private(set) var isSplit = false

    /// - Parameters:
    ///   - others: what `--calibrate` names; nil for half of the network's own images.
    /// - Throws: `AnalysisError.calibration`, where none are left to fit on, or the network can't take them; where fitting
    ///   is not asked for but done by default, images that are too few are only left alone.
    init(
        isCut: Bool, _ loaded: LoadedNetwork, others: ImageSet?, _ arguments: ReconstructionArguments,
        _ line: ProgressLine
    ) throws {
        let most = arguments.calibrateImages ?? ReconstructionArguments.images
        func calibration(_ images: ImageSet, _ indices: [Int]) throws -> Calibration {
            try Calibration(images, indices: indices, for: loaded.network, normalization: loaded.normalization)
        }
        guard isCut else {
            self.init(nil, counted: loaded.images)
            return
        }
        if let others {
            let indices = Calibration.indices(of: others, most: most, besides: loaded.images)
            guard !indices.isEmpty else {
                throw AnalysisError.calibration(
                    "\(others.source): accuracy is counted on all of its images; give others to --calibrate, or leave it "
                        + "out: half of the images is fitted on then")
            }
            if indices.count < min(most, others.count) {
                line.note(
                    "\(others.source): images that accuracy is counted on are not fitted on; \(indices.count) are left")
            }
            self.init(try calibration(others, indices), counted: loaded.images)
            return
        }
        guard arguments.reconstruct != false, let images = loaded.images else {
            guard arguments.reconstruct != true else {
                throw UsageError("--reconstruct needs images: give --calibrate PATH or --data PATH")
            }
            self.init(nil, counted: loaded.images)
            return
        }
        try self.init(splitting: images, for: loaded.network, normalization: loaded.normalization, most: most)
        guard self.calibration == nil else { return }
        guard arguments.reconstruct != true, arguments.calibrateImages == nil else {
            throw ReconstructionError.tooFewImages(min(images.count / 2, most))
        }
        line.note(
            "\(images.count) images are too few to fit layers on one half and count on the other: nothing is fitted")
    }

    private init(_ calibration: Calibration?, counted: ImageSet?) {
        (self.calibration, self.counted) = (calibration, counted)
    }

    /// One half of a set to fit on, or its first `most` images, and the other one to count on; all to count on where half of
    /// them are too few.
    init(
        splitting images: ImageSet, for network: Network, normalization: ImageNormalization,
        most: Int = ReconstructionArguments.images
    ) throws {
        let half = images.count / 2
        guard min(half, most) >= Reconstruction.leastImages else {
            self.init(nil, counted: images)
            return
        }
        let counted = images.prefix(images.count - half)
        let indices = Calibration.indices(of: images, from: counted.count, most: most, besides: counted)
        self.init(
            try Calibration(images, indices: indices, for: network, normalization: normalization), counted: counted)
        isSplit = true
    }

    /// For the report; nil where nothing is fitted.
    var report: PruningReport.CalibrationImages? {
        calibration.map { PruningReport.CalibrationImages(data: $0.data, images: $0.indices.count, isPart: isSplit) }
    }
}
