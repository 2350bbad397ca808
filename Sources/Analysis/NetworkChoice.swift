import Datasets
import Execution
import Foundation
import Kernels
import Network

/// Which of the networks that a checkpoint may be of it is, and which normalisation it was trained with. The latter is what
/// the user says, else what the file's metadata say, else the key scheme's; where either is still open, the labels decide:
/// the pair that is right most often is taken.
struct NetworkChoice {
    let network: Network
    let normalization: ImageNormalization
    /// How the choice was made, for people.
    let notes: [String]

    /// Images that pairs are tried on, at most.
    static let trialImages = 300

    /// - Parameters:
    ///   - candidates: one or more, the likeliest first.
    ///   - asked: a normalisation that is settled.
    init(
        candidates: [Network], metadata: [String: String], images: ImageSet, asked: ImageNormalization?,
        pool: WorkerPool, store: ActivationStore, cancellation: Cancellation?
    ) throws {
        let known = try KnownNormalizations(
            metadata: metadata, candidates: candidates, channels: images.channels, asked: asked)
        var pairs = candidates.flatMap { network in
            known.likeliestFirst.map { Pair(network: network, normalization: $0) }
        }
        var notes = known.note.map { [$0] } ?? []
        if candidates.count > 1 || known.areOpen {
            let trial = min(Self.trialImages, images.count)
            for index in pairs.indices {
                let executor = pairs[index].network.executor(pool: pool, store: store)
                try executor.checkRoom(samples: trial)
                pairs[index].accuracy = try images.accuracy(
                    pairs[index].normalization, samples: trial, executor: executor, cancellation: cancellation)
            }
            // The likelier of equals.
            pairs = pairs.enumerated()
                .sorted { ($1.element.accuracy, $0.offset) < ($0.element.accuracy, $1.offset) }.map(\.element)
            let open = [(candidates.count > 1, "network"), (known.areOpen, "normalisation")].filter(\.0).map(\.1)
            let shown = pairs.prefix(2).map { pair in
                let names = [
                    (candidates.count > 1, pair.network.architecture), (known.areOpen, pair.normalization.name),
                ]
                return names.filter(\.0).map(\.1).joined(separator: ", ")
                    + " (\(String(format: "%.1f", 100 * pair.accuracy)) % right)"
            }
            notes.append(
                "\(open.joined(separator: " and ")) by the labels of \(trial) images: "
                    + shown.joined(separator: ", then "))
        }
        network = pairs[0].network
        normalization = pairs[0].normalization
        self.notes = notes
    }

    private struct Pair {
        var network: Network
        var normalization: ImageNormalization
        /// Share of the images that it is right about.
        var accuracy = 0.0
    }
}

/// What is known of a normalisation before the labels are asked.
struct KnownNormalizations {
    var likeliestFirst: [ImageNormalization]
    /// Whether the labels have to decide.
    var areOpen = false
    /// Where a settled one comes from; nil where the user says it.
    var note: String?

    init(
        metadata: [String: String], candidates: [Network], channels: Int, asked: ImageNormalization?
    ) throws(AnalysisError) {
        if let asked {
            try asked.check(channels: channels)
            likeliestFirst = [asked]
        } else if let stored = try ImageNormalization(metadata: metadata, channels: channels) {
            likeliestFirst = [stored]
            note = "normalisation from the checkpoint's metadata"
        } else if channels == 3, candidates.allSatisfy(\.usesPaddingShortcuts) {
            // The one collection with option A shortcuts trains with ImageNet's numbers.
            likeliestFirst = [.imageNet]
            note = "normalisation imagenet, from the key scheme"
        } else {
            likeliestFirst = (channels == 3 ? ImageNormalization.known : []) + [.none(channels: channels)]
            areOpen = true
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
    /// Writes images, normalised, one after the other.
    func fill(
        _ range: Range<Int>, _ normalization: ImageNormalization, _ destination: UnsafeMutablePointer<Float>
    ) throws {
        try normalize(
            range, mean: normalization.mean.map { Float($0) }, std: normalization.std.map { Float($0) },
            into: UnsafeMutableBufferPointer(start: destination, count: range.count * channels * height * width))
    }

    /// Share of the first images that a network classifies as labelled.
    fileprivate func accuracy(
        _ normalization: ImageNormalization, samples: Int, executor: Executor, cancellation: Cancellation?
    ) throws -> Double {
        let scores = try scores(
            normalization, samples: samples, executor: executor, cancellation: cancellation)
        let right = zip(scores.predictions, labels).count { $0 == $1 }
        return Double(right) / Double(max(1, samples))
    }

    /// What a network puts out for the first images, a number for each class.
    func scores(
        _ normalization: ImageNormalization, samples: Int, executor: Executor, cancellation: Cancellation?,
        progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> FeatureMatrix {
        try executor.run(
            samples: samples, cancellation: cancellation, fill: { try fill($0, normalization, $1) },
            progress: progress, tapped: { _, _ in })
    }
}

extension FeatureMatrix {
    /// The first row that holds NaN or infinity.
    var firstRowNotFinite: Int? {
        (0..<rows).first { row in
            !UnsafeBufferPointer(start: self.row(row), count: columns).allSatisfy(\.isFinite)
        }
    }

    /// The index of the greatest value of each row, the first of equals.
    var predictions: [Int] {
        (0..<rows).map { row in
            let values = self.row(row)
            return (1..<max(1, columns)).reduce(0) { values[$1] > values[$0] ? $1 : $0 }
        }
    }
}
