import Foundation

/// An evaluation as it is printed, with where it comes from.
public struct EvaluationReport: Sendable {
    /// Seconds of wall time.
    public struct Seconds: Sendable, Codable, Equatable {
        /// Reading checkpoint and data.
        public var load: Double
        /// Passing the images through the network.
        public var forward: Double
        public var total: Double

        public init(load: Double, forward: Double) {
            self.load = load
            self.forward = forward
            total = load + forward
        }
    }

    public let evaluation: Evaluation
    /// Where network and images come from; its classes are those of the evaluation.
    public let provenance: Provenance
    /// What the images were permuted with.
    public let seed: UInt64?
    public let seconds: Seconds
    /// The program's.
    public let version: String

    public init(
        _ evaluation: Evaluation, of provenance: Provenance, seed: UInt64?, seconds: Seconds, version: String
    ) {
        self.evaluation = evaluation
        self.provenance = provenance
        self.seed = seed
        self.seconds = seconds
        self.version = version
    }

    /// A loud word where the network is hardly better than guessing.
    public var warning: String? {
        nearChanceWarning(accuracy: evaluation.accuracy, classes: provenance.classes.count)
    }

    /// JSON, keys in alphabetical order.
    ///
    /// - Throws: `EncodingError` where a number is NaN or infinite, which none is.
    public func json() throws -> String { try Report.encoded(EvaluationDocument(self)) }
}

/// The warning of a network whose accuracy is less than a tenth of the way from chance to certainty.
public func nearChanceWarning(accuracy: Double, classes: Int) -> String? {
    guard accuracy < 0.1 + 0.9 / Double(max(1, classes)) else { return nil }
    return "WARNING: accuracy \(NumberFormat.fixed(100 * accuracy, 1)) % is near chance: wrong normalisation "
        + "(--norm, --mean, --std), wrong data, or classes in another order"
}

/// The shape of the JSON. Scripts depend on the names: keys may be added, none renamed or removed.
private struct EvaluationDocument: Encodable {
    /// The matrix of more has gigabytes of zeros.
    static let mostClassesOfMatrix = 2000

    struct ClassDocument: Encodable {
        var `class`: String
        var images: Int
        var right: Int
        var accuracy: OrNull<Double>
    }

    var checkpoint: String
    var architecture: String
    var parameters: Int
    var data: String
    var classes: [String]
    var order: String
    var seed: OrNull<UInt64>
    var norm: ReportDocument.Norm
    var images: Int
    var right: Int
    var accuracy: Double
    var perClass: [ClassDocument]
    /// A row for each label, a column for each prediction; null beyond `mostClassesOfMatrix`.
    var confusion: OrNull<[[Int]]>
    var seconds: EvaluationReport.Seconds
    var version: String

    init(_ report: EvaluationReport) {
        let (provenance, evaluation) = (report.provenance, report.evaluation)
        checkpoint = provenance.checkpoint
        architecture = provenance.architecture
        parameters = provenance.parameters
        data = provenance.data
        classes = provenance.classes
        order = provenance.order
        seed = OrNull(report.seed)
        norm = ReportDocument.Norm(
            name: provenance.normalization.name, mean: provenance.normalization.mean, std: provenance.normalization.std)
        images = evaluation.images
        right = evaluation.right
        accuracy = evaluation.accuracy
        perClass = zip(provenance.classes, evaluation.perClass).map {
            ClassDocument(class: $0, images: $1.images, right: $1.right, accuracy: OrNull($1.accuracy))
        }
        confusion = OrNull(evaluation.classes <= Self.mostClassesOfMatrix ? evaluation.confusion : nil)
        seconds = report.seconds
        version = report.version
    }
}
