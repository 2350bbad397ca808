import Separation

/// A condition over a run's figures, as `check --fail-if` takes it: `accuracy<0.9`, `peakDepth == 100%`.
public struct Threshold: Equatable, Sendable, CustomStringConvertible {
    /// The figures that can be asked for; curves are those of M and Q on the header's level.
    public enum Figure: String, CaseIterable, Sendable {
        /// Share of images classified as labelled, 0 to 1.
        case accuracy
        /// The greatest M of the curve, and that of its last layer.
        case peakM, finalM
        /// The greatest Q of the curve, and that of its last layer.
        case peakQ, finalQ
        /// Where on M's curve the peak is: its place, counted from 1, over the number of layers; 1 is the last layer.
        case peakDepth
        /// Number of plateaus.
        case plateaus
        /// Numbers of layers past the peak, on a plateau, in decline.
        case pastPeak, plateauLayers, declines
        /// Layers of the curve.
        case layers
        /// Share of the parameters that Criterion I would cut, 0 to 1.
        case redundant
    }

    public enum Comparison: String, CaseIterable, Sendable {
        // Longer signs first: `<=` begins with `<`.
        case atMost = "<="
        case atLeast = ">="
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case greater = ">"

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .atMost: left <= right
            case .atLeast: left >= right
            case .equal: left == right
            case .unequal: left != right
            case .less: left < right
            case .greater: left > right
            }
        }
    }

    public let figure: Figure
    public let comparison: Comparison
    public let value: Double

    /// Reads `FIGURE COMPARISON VALUE`, with or without spaces; a value may be a percentage.
    ///
    /// - Throws: `malformed`, `unknownFigure`.
    public init(_ text: String) throws(ThresholdError) {
        let signs = text.indices.lazy.compactMap { start in
            Comparison.allCases.first { text[start...].hasPrefix($0.rawValue) }.map { (start, $0) }
        }
        guard let (start, sign) = signs.first else {
            throw .malformed(text, reason: "no comparison")
        }
        let name = Self.trimmed(text[..<start])
        guard !name.isEmpty else { throw .malformed(text, reason: "no figure before \(sign.rawValue)") }
        guard let figure = Figure(rawValue: name) else { throw .unknownFigure(name, threshold: text) }
        let right = Self.trimmed(text[text.index(start, offsetBy: sign.rawValue.count)...])
        let isPercentage = right.hasSuffix("%")
        let digits = isPercentage ? Self.trimmed(right.dropLast()) : right
        guard let number = Double(digits), number.isFinite else {
            throw .malformed(text, reason: "no number after \(sign.rawValue)")
        }
        self.figure = figure
        comparison = sign
        value = isPercentage ? number / 100 : number
    }

    /// Whether the condition is true of the run, or can't be told: what is no number is never in order.
    ///
    /// - Throws: `unavailable` where the run doesn't have the figure (yet).
    public func holds(in report: Report) throws(ThresholdError) -> Bool {
        guard let found = report[figure] else { throw .unavailable(figure.rawValue, threshold: description) }
        return found.isNaN || comparison.holds(found, value)
    }

    public var description: String { "\(figure.rawValue) \(comparison.rawValue) \(value)" }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// Why a threshold can't be used.
public enum ThresholdError: Error, Equatable, CustomStringConvertible {
    case malformed(String, reason: String)
    case unknownFigure(String, threshold: String)
    case unavailable(String, threshold: String)

    public var description: String {
        switch self {
        case .malformed(let text, let reason):
            "threshold \"\(text)\": \(reason); write FIGURE, one of < <= > >= == !=, and a number or percentage"
        case .unknownFigure(let name, let text):
            "threshold \"\(text)\": no figure is called \(name); use one of "
                + Threshold.Figure.allCases.map(\.rawValue).joined(separator: ", ")
        case .unavailable("accuracy", let text):
            "threshold \"\(text)\": the run has no accuracy; let it finish, or give features with their logits"
        case .unavailable("redundant", let text):
            "threshold \"\(text)\": the run's units aren't known; let it finish, and give a network, not features"
        case .unavailable(let name, let text): "threshold \"\(text)\": the run has no \(name) yet; let it finish first"
        }
    }
}

extension Report {
    /// A figure of the run; nil while it is unknown, those of a curve as long as one of its layers is missing.
    public subscript(figure: Threshold.Figure) -> Double? {
        let level = flags[header.level]
        let known = level.layers.compactMap { results[$0] }
        guard figure != .accuracy else { return header.accuracy }
        guard figure != .redundant else { return redundancy?.savedParameterShare }
        guard let last = known.last, known.count == level.layers.count else { return nil }
        func count(_ flag: Flag) -> Double { Double(level.modularity.flags.count { $0.contains(flag) }) }
        switch figure {
        case .accuracy: return header.accuracy
        case .layers: return Double(known.count)
        case .peakM: return known.map(\.figures.modularity).max()
        case .finalM: return last.figures.modularity
        case .peakQ: return known.map(\.luModularity).max()
        case .finalQ: return last.luModularity
        case .peakDepth:
            let place = level.layers.firstIndex { $0 == level.modularity.peak }
            return place.map { Double($0 + 1) / Double(known.count) }
        case .plateaus: return Double(level.modularity.plateaus.count)
        case .pastPeak: return count(.pastPeak)
        case .plateauLayers: return count(.plateau)
        case .declines: return count(.decline)
        case .redundant: return redundancy?.savedParameterShare
        }
    }
}
