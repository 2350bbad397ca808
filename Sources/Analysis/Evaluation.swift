import Datasets
import Execution
import Kernels
import Network
import Separation

/// How a network classifies labelled images: top-1, the class of the greatest score, the first of equals.
public struct Evaluation: Sendable, Equatable {
    /// Class of each image, an index below `classes`.
    public let labels: [Int]
    /// What the network says of each.
    public let predictions: [Int]
    public let classes: Int

    /// Runs all images through a network; nothing but its scores is kept, so memory hardly grows with their number.
    ///
    /// - Parameters:
    ///   - normalization: what the network's images were normalised with in training.
    ///   - progress: called from workers, never twice at a time.
    /// - Throws: `AnalysisError.classCount`, `AnalysisError.normalization` where they don't fit, `AnalysisError.scores`
    ///   where the network puts out what is no number; `ExecutionError`; `KernelError.cancelled` soon after
    ///   `cancellation`.
    public init(
        network: Network, images: ImageSet, normalization: ImageNormalization, pool: WorkerPool, store: ActivationStore,
        cancellation: Cancellation? = nil, progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) throws {
        guard network.graph.classCount == images.classNames.count else {
            throw AnalysisError.classCount(network: network.graph.classCount, data: images.classNames.count)
        }
        try normalization.check(channels: images.channels)
        let executor = network.executor(pool: pool, store: store)
        try executor.checkRoom(samples: images.count)
        let work = ProgressMeter.Work(forward: executor.plan.cost, similarities: [])
        let meter = ProgressMeter(phase: .full, work: work, report: progress)
        let scores = try images.scores(
            normalization, samples: images.count, executor: executor, cancellation: cancellation
        ) { meter.forward($0) }
        if let image = scores.firstRowNotFinite { throw AnalysisError.scores(image: image) }
        self.init(predictions: scores.predictions, labels: images.labels, classes: images.classNames.count)
    }

    /// Predictions and labels of as many images, all below `classes`.
    init(predictions: [Int], labels: [Int], classes: Int) {
        self.predictions = predictions
        self.labels = labels
        self.classes = classes
    }

    public var images: Int { labels.count }

    /// Images that are classified as labelled.
    public var right: Int { zip(predictions, labels).count { $0 == $1 } }

    /// Their share; 0 of no images.
    public var accuracy: Double { Double(right) / Double(max(1, images)) }

    /// What becomes of the images of one class.
    public struct ClassCounts: Sendable, Equatable {
        public var images = 0
        public var right = 0
        /// Their share; nil of no images.
        public var accuracy: Double? { images > 0 ? Double(right) / Double(images) : nil }
    }

    /// By class.
    public var perClass: [ClassCounts] {
        var counts = Array(repeating: ClassCounts(), count: classes)
        for (prediction, label) in zip(predictions, labels) {
            counts[label].images += 1
            if prediction == label { counts[label].right += 1 }
        }
        return counts
    }

    /// How many images of each class, a row, are taken for each, a column. O(images + classes²).
    public var confusion: [[Int]] {
        var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        for (prediction, label) in zip(predictions, labels) { counts[label][prediction] += 1 }
        return counts
    }

    /// Images of one class that are taken for another.
    public struct Confusion: Sendable, Hashable {
        public var label: Int
        public var prediction: Int
        public var images: Int
    }

    /// What is confused with what, the most images first, equals by label and prediction. O(images log images).
    public var confusions: [Confusion] {
        var counts: [[Int]: Int] = [:]
        for (prediction, label) in zip(predictions, labels) where prediction != label {
            counts[[label, prediction], default: 0] += 1
        }
        return counts.map { Confusion(label: $0.key[0], prediction: $0.key[1], images: $0.value) }
            .sorted { ($1.images, $0.label, $0.prediction) < ($0.images, $1.label, $1.prediction) }
    }
}
