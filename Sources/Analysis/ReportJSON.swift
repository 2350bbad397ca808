import Foundation
import Pruning
import Separation
import Text

extension Report {
    /// The report as JSON, keys in alphabetical order, so that equal runs give equal bytes; one line where not `pretty`.
    ///
    /// - Throws: `EncodingError` where a figure is NaN or infinite, which the analysis doesn't produce.
    public func json(pretty: Bool = true) throws -> String {
        try Self.encoded(ReportDocument(self), pretty: pretty)
    }

    static func encoded(_ document: some Encodable, pretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        let text = String(decoding: try encoder.encode(document), as: UTF8.self)
        // The encoder escapes what JSON must, but leaves what a terminal may take for a command.
        return text.replacingUnprintable { $0 == "\n" ? "\n" : $0.jsonEscape }
    }
}

extension Unicode.Scalar {
    /// As it may stand in a string of JSON: one or two UTF-16 units in hexadecimal digits.
    fileprivate var jsonEscape: String {
        UTF16.encode(self).map { units in
            units.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        } ?? "?"
    }
}

/// The shape of the JSON. Scripts depend on the names: keys may be added, none renamed or removed.
struct ReportDocument: Codable, Equatable {
    struct Norm: Codable, Equatable {
        var name: String
        var mean: [Double]
        var std: [Double]
    }

    var checkpoint: String
    var architecture: String
    var parameters: Int
    var data: String
    var classes: [String]
    var order: String
    var seed: OrNull<UInt64>
    var norm: Norm
    var accuracy: OrNull<Double>
    var redundant: OrNull<Double>
    var prune: OrNull<PruneDocument>
    var samples: Int
    var edges: Int
    var histogramSamples: Int
    var level: String
    var normalization: String
    var tolerance: Double
    var minLength: Int
    var k: Int
    var luProtocol: Bool
    /// Whether all similarities are from float32 products.
    var exact: Bool
    var complete: Bool
    var layers: [LayerDocument]
    var seconds: OrNull<RunSeconds>
    var peakMemoryBytes: OrNull<Int>
    var warnings: [String]
    var version: String

    init(_ report: Report) {
        let header = report.header
        checkpoint = header.checkpoint
        architecture = header.architecture
        parameters = header.parameters
        data = header.data
        classes = header.classes
        order = header.order
        seed = OrNull(header.seed)
        norm = Norm(name: header.normName, mean: header.mean, std: header.std)
        accuracy = OrNull(header.accuracy)
        let redundancy = report.redundancy
        redundant = OrNull(redundancy?.savedParameterShare)
        prune = OrNull(redundancy.map(PruneDocument.init))
        samples = header.samples
        edges = header.edges
        histogramSamples = header.histogramSamples
        level = header.level.rawValue
        normalization = header.normalization.rawValue
        tolerance = header.tolerance
        minLength = header.minLength
        k = header.k
        luProtocol = header.luProtocol
        exact = header.isScreened != true
        complete = report.isComplete
        layers = report.finished.map { LayerDocument($0.result, index: $0.index, flags: report.flags) }
        seconds = OrNull(report.seconds)
        peakMemoryBytes = OrNull(report.peakMemoryBytes)
        warnings = report.warnings
        version = header.version
    }
}

/// What Criterion I would cut.
struct PruneDocument: Codable, Equatable {
    var cut: [String]
    var savedParameters: Int
    var multiplyAdds: Int
    var savedMultiplyAdds: Int

    init(_ plan: PruningPlan) {
        cut = plan.names
        savedParameters = plan.savedParameters
        multiplyAdds = plan.multiplyAdds
        savedMultiplyAdds = plan.savedMultiplyAdds
    }
}

/// A layer in the JSON; the keys of the block level are there for layers of that level only.
struct LayerDocument: Codable, Equatable {
    var name: String
    var shape: [Int]
    var parameters: Int
    var block: Bool
    var histogram: [Int]
    var sameHistogram: [Int]
    var differentHistogram: [Int]
    var negative: Int
    var correct: Int
    var wrong: Int
    var r: Double
    var AQ: Double
    var EQ: Double
    var M: Double
    var Mse: Double
    var luQ: Double
    var gamma: Double
    var gammaMean: Double
    var minEdge: Double
    var maxEdge: Double
    var zeroRows: Int
    var flags: [Flag]
    var flagSupport: [String: Double]
    var luFlags: [Flag]
    var blockFlags: [Flag]?
    var blockFlagSupport: [String: Double]?
    var blockLuFlags: [Flag]?
    var seconds: Double

    init(_ result: LayerResult, index: Int, flags run: RunFlags) {
        name = result.name
        shape = result.description.shape
        parameters = result.description.parameters
        block = result.description.isBlock
        histogram = result.histogram.all
        sameHistogram = result.histogram.same
        differentHistogram = result.histogram.different
        negative = result.histogram.negative
        correct = result.figures.correct
        wrong = result.figures.wrong
        r = result.figures.r
        AQ = result.figures.correctModularity
        EQ = result.figures.wrongModularity
        M = result.figures.modularity
        Mse = result.figures.standardError
        luQ = result.luModularity
        gamma = result.clustering.global
        gammaMean = result.clustering.mean
        minEdge = Double(result.leastSimilarity)
        maxEdge = Double(result.greatestSimilarity)
        zeroRows = result.zeroRows
        flags = run.conv.modularity.flags[index].flags
        flagSupport = Self.named(run.conv.modularity.support[index])
        luFlags = run.conv.luModularity.flags[index].flags
        if block {
            blockFlags = run.block.modularity.flags[index].flags
            blockFlagSupport = Self.named(run.block.modularity.support[index])
            blockLuFlags = run.block.luModularity.flags[index].flags
        }
        seconds = result.seconds
    }

    private static func named(_ support: [Flag: Double]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: support.map { ($0.key.rawValue, $0.value) })
    }
}

/// A value whose key is there even where it is unknown: nil is written as null, not left out.
struct OrNull<Value: Codable & Equatable>: Codable, Equatable {
    var value: Value?

    init(_ value: Value?) {
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
