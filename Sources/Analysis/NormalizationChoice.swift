import Datasets
import Execution
import Foundation
import Kernels
import Network

/// Which normalisation a network was trained with: what the user says, else the file's metadata, else the key scheme,
/// else the candidate with which the network is right most often.
struct NormalizationChoice {
    let normalization: ImageNormalization
    let notes: [String]

    /// Images that candidates are tried on.
    static let trialImages = 500

    init(
        metadata: [String: String], network: Network, images: ImageSet, asked: ImageNormalization?, pool: WorkerPool,
        store: ActivationStore, cancellation: Cancellation?
    ) throws {
        let channels = images.channels
        if let asked {
            try asked.check(channels: channels)
            normalization = asked
            notes = []
        } else if let stored = ImageNormalization(metadata: metadata, channels: channels) {
            normalization = stored
            notes = ["normalisation from the checkpoint's metadata"]
        } else if channels == 3, network.usesPaddingShortcuts {
            // The one collection with option A shortcuts trains with ImageNet's numbers.
            normalization = .imageNet
            notes = ["normalisation imagenet, from the key scheme"]
        } else {
            var candidates = [ImageNormalization.none(channels: channels)]
            if channels == 3 { candidates = ImageNormalization.known + candidates }
            let trial = min(Self.trialImages, images.count)
            let executor = Executor(plan: ExecutionPlan(network.graph, taps: []), pool: pool, store: store)
            try executor.checkRoom(samples: trial)
            let ranked = try candidates.map {
                try ($0, images.accuracy($0, samples: trial, executor: executor, cancellation: cancellation))
            }.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }.map(\.element)
            normalization = ranked[0].0
            let shown = ranked.prefix(2).map { "\($0.0.name) (\(String(format: "%.1f", 100 * $0.1)) % right)" }
            notes = ["normalisation by the labels of \(trial) images: " + shown.joined(separator: ", then ")]
        }
    }
}

extension Network {
    /// Whether some shortcut is He et al.'s option A.
    fileprivate var usesPaddingShortcuts: Bool {
        graph.nodes.contains { if case .rearrange(.subsample) = $0.operation { true } else { false } }
    }
}

extension ImageSet {
    /// Writes images, normalised and channels-last, one after the other.
    func fill(
        _ range: Range<Int>, _ normalization: ImageNormalization, _ destination: UnsafeMutablePointer<Float>
    ) throws {
        try normalize(
            range, mean: normalization.mean.map { Float($0) }, std: normalization.std.map { Float($0) },
            into: UnsafeMutableBufferPointer(start: destination, count: range.count * channels * height * width),
            layout: .channelsLast)
    }

    /// Share of the first images that a network classifies as labelled.
    fileprivate func accuracy(
        _ normalization: ImageNormalization, samples: Int, executor: Executor, cancellation: Cancellation?
    ) throws -> Double {
        let logits = try executor.run(
            samples: samples, cancellation: cancellation, fill: { try fill($0, normalization, $1) }, tapped: { _, _ in }
        )
        let right = zip(logits.predictions, labels).count { $0 == $1 }
        return Double(right) / Double(max(1, samples))
    }
}

extension FeatureMatrix {
    /// The index of the greatest value of each row, the first of equals.
    var predictions: [Int] {
        (0..<rows).map { row in
            let values = self.row(row)
            return (1..<max(1, columns)).reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        }
    }
}
