import Datasets
import Execution
import Formats
import Kernels
import Separation
import Tensors

/// Features that something else has extracted, an array per layer, looked at without their network.
///
/// The arrays `labels`, `logits`, `classes` and `blocks` are no layers: a class per row, what the network says of each row
/// (N×C), the classes' names, and the names of the layers on the block level (all of them where it is missing).
/// Safetensors have `layers`, `classes` and `blocks` as metadata, names between commas.
public struct FeatureSource: LayerSource {
    /// Where the class of each row stands.
    public enum Labels: Sendable {
        /// With the features.
        case beside
        /// In an npy file, or in the array `labels` of another file of arrays.
        case file(String)
        /// In a data set; the order of its files is that of the rows.
        case data(String)
    }

    public let provenance: Provenance
    public let layers: [LayerDescription]
    public let labels: [Int]
    public let notes: [String]
    public var seconds: Double
    private let file: ArrayFile
    private let arrays: [ArrayFile.Entry]
    /// The file's row of each sample.
    private let rows: [Int]
    private let predictions: [Int]?

    /// Opens features and checks that arrays and labels fit one another; the features themselves stay in the file.
    /// - Parameters:
    ///   - path: an npz, a safetensors file, or a folder of npy files.
    ///   - labels: where the labels are.
    ///   - options: `limit`, `seed` and the samples wanted say which rows are taken, and in what order.
    /// - Throws: `FormatError`, `DatasetError`; `AnalysisError.features`, which names the array; `KernelError.cancelled`.
    /// - Complexity: O(size of the files), for their hash.
    public init(
        path: String, labels source: Labels, options: AnalysisOptions, cancellation: Cancellation? = nil
    ) throws {
        let start = ContinuousClock.now
        let file = try ArrayFile.open(path) { try cancellation?.check() }
        let set = try FeatureSet(file)
        let labelled = try FeatureLabels(source, file, count: set.count, logitColumns: set.logits?.shape.dims[1])
        let isInRuns = SampleOrder.comesInRuns(labelled.labels)
        var order = isInRuns ? SampleOrder.interleaved(labelled.labels) : Array(0..<set.count)
        if let seed = options.seed { SplitMix64.shuffle(&order, seed: seed) }
        let rows = Array(order.prefix(max(0, options.imagesWanted)))
        let labels = rows.map { labelled.labels[$0] }
        (self.file, self.rows, self.labels) = (file, rows, labels)
        arrays = set.layers
        layers = set.layers.map { LayerDescription($0, isBlock: set.blocks?.contains($0.name) ?? true) }
        predictions = try set.logits.map { try file.predictions(of: $0, rows: rows) }
        notes = ["features of \(layers.count) layers, \(set.count) rows"] + file.notes + labelled.notes
        var hash = ContentHash()
        ([labels.count] + labels).map { Int64($0).littleEndian }.withUnsafeBytes { hash.update($0) }
        provenance = Provenance(
            checkpoint: file.name, checkpointHash: try file.contentHash(), architecture: "features", parameters: 0,
            data: labelled.source, dataHash: hash.hexadecimal, classes: labelled.classes,
            order: (isInRuns ? "interleaved" : "file") + (options.seed == nil ? "" : " + seed"),
            normalization: ImageNormalization(name: "none", mean: [], std: []))
        seconds = secondsSince(start)
    }

    /// Whether a file or folder holds features rather than a network or images: some array N×… of floating-point numbers.
    ///
    /// Safetensors may be either. They are features where they hold labels or their metadata name layers, and else where
    /// all arrays have one number of rows: a state dict, with its biases and its weights of all sizes, is nothing like that.
    /// - Throws: `FormatError` where it can't be read, or is damaged.
    public static func areFeatures(at path: String) throws -> Bool {
        let file: ArrayFile
        do {
            file = try ArrayFile.open(path)
        } catch FormatError.wrongKind {
            return false
        }
        let candidates = file.entries.filter { !FeatureSet.reserved.contains($0.name) }
        let layers = candidates.filter { $0.shape.rank >= 2 && FeatureSet.isFloat($0) }
        guard let first = layers.first else { return false }
        return !file.isSafetensors || file.metadata["layers"] != nil || file["labels"] != nil
            || layers.count == candidates.count && layers.allSatisfy { $0.shape[0] == first.shape[0] }
    }

    public func checkRoom(_ pass: LayerPass) throws {
        let available = pass.store.available
        let widest = layers.map(\.columns).max() ?? 0
        func bytes(_ samples: Int) -> Int? { FeatureMatrix.byteCount(rows: samples, columns: widest) }
        func fits(_ samples: Int) -> Bool { bytes(samples).map { $0 <= available } ?? false }
        guard !fits(pass.samples) else { return }
        var (low, high) = (0, pass.samples)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        throw ExecutionError.activationsTooLarge(
            samples: pass.samples, bytes: bytes(pass.samples) ?? .max, available: available, largest: low)
    }

    public func staysInMemory(_ pass: LayerPass) -> Bool {
        let widest = layers.map(\.columns).max() ?? 0
        return FeatureMatrix.byteCount(rows: pass.samples, columns: widest).map { $0 <= pass.store.budget } ?? false
    }

    /// Copying a value counts as a multiply-add.
    public func forwardWork(_ pass: LayerPass) -> Double {
        let wanted = layers.indices.filter { !pass.skipped.contains($0) }
        return Double(pass.samples) * wanted.reduce(0) { $0 + Double(layers[$1].columns) }
    }

    /// Each array comes as both values of its layer.
    public func run(
        _ pass: LayerPass, progress: @escaping @Sendable (Double) -> Void,
        handOut: (Int, LayerValue, FeatureMatrix) throws -> Void
    ) throws -> [Int]? {
        let total = max(1, forwardWork(pass))
        var done = 0.0
        for (index, layer) in layers.enumerated() where !pass.skipped.contains(index) {
            try pass.cancellation?.check()
            let matrix = try pass.store.allocate(rows: pass.samples, columns: layer.columns)
            let gather = FeatureGather(array: arrays[index], rows: Array(rows.prefix(pass.samples)))
            try gather.copy(from: file, into: matrix) { try pass.cancellation?.check() }
            done += Double(pass.samples) * Double(layer.columns)
            progress(min(1, done / total))
            if pass.luProtocol { try handOut(index, .protocolValue, matrix) }
            try handOut(index, .output, matrix)
        }
        return predictions.map { Array($0.prefix(pass.samples)) }
    }
}

extension LayerDescription {
    /// Features of a sample.
    fileprivate var columns: Int { shape.reduce(1, *) }

    /// The extents behind N; a single one is channels of one pixel, those behind the third count as its pixels.
    fileprivate init(_ array: ArrayFile.Entry, isBlock: Bool) {
        let extents = array.shape.dims.dropFirst() + [1, 1]
        let shape = Array(extents.prefix(2)) + [extents.dropFirst(2).reduce(1, *)]
        self.init(name: array.name, shape: shape, parameters: 0, isBlock: isBlock, multiplyAdds: 0)
    }
}

extension ArrayFile {
    /// The index of the greatest of each row of an N×C array, the first of equals.
    fileprivate func predictions(of logits: Entry, rows: [Int]) throws -> [Int] {
        let matrix = try FeatureMatrix(rows: rows.count, columns: logits.shape[1])
        try FeatureGather(array: logits, rows: rows).copy(from: self, into: matrix)
        if let place = matrix.firstRowNotFinite {
            throw AnalysisError.features(
                file: name, array: logits.name, problem: "row \(rows[place]) holds NaN or infinity",
                advice: "leave the logits out, or save those of a network that works")
        }
        return matrix.predictions
    }
}
