import Pruning
import Separation

/// A plan as it is printed: every unit, what its going would save, what the curves say of it, and why it stays where it can't
/// go; then what the plan saves, and what the network is worth with and without the units.
public struct PruningReport: Sendable {
    public var checkpoint: String
    public var architecture: String
    /// As on the command line: `criterion`, `budget 30 %`.
    public var policy: String
    public var plan: PruningPlan
    /// One for each unit; nil where no analysis has been made.
    public var readings: [UnitReading]?
    /// For each unit, the loss of the network without it, fitted; nil where it wasn't measured.
    public var losses: [Double?]?
    /// What the curves say beside that; nil without curves or losses.
    public var comparison: MeasuredComparison? {
        guard let readings, let losses else { return nil }
        return MeasuredComparison(plan, readings: readings, losses: losses)
    }
    public var accuracy: Accuracy?
    /// Nil where nothing was fitted.
    public var calibration: CalibrationImages?
    /// Files that were written.
    public var written: [String] = []

    /// What the networks get right of images that nothing was fitted on, before any training.
    public struct Accuracy: Sendable, Equatable {
        public var data: String
        public var images: Int
        /// Shares of the images.
        public var whole, cut: Double
        /// What is left, fitted; nil where nothing was.
        public var reconstructed: Double?

        public init(data: String, images: Int, whole: Double, cut: Double, reconstructed: Double?) {
            self.data = data
            self.images = images
            self.whole = whole
            self.cut = cut
            self.reconstructed = reconstructed
        }
    }

    /// Images that layers were fitted on.
    public struct CalibrationImages: Sendable, Equatable {
        public var data: String
        public var images: Int
        /// Whether they are of the set that accuracy is counted on, the other part of it.
        public var isPart: Bool

        public init(data: String, images: Int, isPart: Bool) {
            (self.data, self.images, self.isPart) = (data, images, isPart)
        }
    }

    public init(
        checkpoint: String, architecture: String, policy: String, plan: PruningPlan, readings: [UnitReading]?
    ) {
        self.checkpoint = checkpoint
        self.architecture = architecture
        self.policy = policy
        self.plan = plan
        self.readings = readings
    }

    /// The report for terminals and pipes; no line is longer than `width`, which is taken as 40 to 120.
    public func text(width: Int = 100, ascii: Bool = false) -> String {
        let columns = max(40, min(width, 120))
        let parts = [headLines(ascii: ascii), table(ascii: ascii).lines(width: columns), legend, savingLines]
        let paragraphs = parts.enumerated().map { index, lines in
            index == 1 ? lines : lines.flatMap { TextWrap.wrap($0, width: columns) }
        }
        let text = paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
        return TextWrap.printable(text, ascii: ascii) + "\n"
    }

    private func headLines(ascii: Bool) -> [String] {
        let cuttable = plan.units.count(where: \.isCuttable)
        let dot = ascii ? "," : " ·"
        return [
            "\(checkpoint): \(architecture)\(dot) \(NumberFormat.grouped(plan.parameters)) parameters\(dot) "
                + "\(Self.millions(plan.multiplyAdds)) multiply-adds",
            "policy \(policy): cuts \(plan.cut.count) of the \(cuttable) units that can be cut",
        ]
    }

    private func table(ascii: Bool) -> TextTable {
        let units = plan.units
        func column(
            _ title: String, drop: Int?, isWord: Bool = false, _ cell: (Int, UnitDescription) -> String
        ) -> TextTable.Column {
            TextTable.Column(
                title: title, cells: units.enumerated().map { cell($0.offset, $0.element) }, drop: drop, isWord: isWord)
        }
        var columns = [
            column("unit", drop: nil, isWord: true) { ReportTable.shortened($1.name, ascii: ascii) },
            column("", drop: nil, isWord: true) { index, _ in plan.cuts(index) ? "cut" : "" },
            column("parameters", drop: 1) { NumberFormat.grouped($1.parameters) },
            column("saves %", drop: nil) { _, unit in Self.percent(unit.parameters, of: plan.parameters) },
            column("FLOPs %", drop: 2) { _, unit in Self.percent(unit.multiplyAdds, of: plan.multiplyAdds) },
        ]
        if let losses {
            columns.append(
                column("loss", drop: nil) { index, _ in losses[index].map { NumberFormat.fixed($0, 4) } ?? "" })
        }
        if let readings {
            columns += [
                column(ascii ? "dM" : "ΔM", drop: 3) { index, _ in
                    readings[index].change.map { ($0 > 0 ? "+" : "") + NumberFormat.fixed($0, 4) } ?? ""
                },
                column("flags of M", drop: nil, isWord: true) { index, _ in
                    Self.flags(readings[index].flags, support: readings[index].support)
                },
                column("flags of Q", drop: 0, isWord: true) { index, _ in Self.flags(readings[index].luFlags) },
            ]
        }
        columns.append(
            column("stays because it", drop: readings == nil ? nil : 4, isWord: true) {
                TextWrap.printable($1.obstacle ?? "", ascii: false).asciiTimes(ascii)
            })
        return TextTable(columns: columns)
    }

    private static func flags(_ set: FlagSet, support: [Flag: Double]? = nil) -> String {
        set.flags.map { $0.rawValue + ((support?[$0] ?? 1) < Flag.firmSupport ? "?" : "") }.joined(separator: " ")
    }

    private var legend: [String] {
        let isDoubted = readings?.contains { reading in
            reading.flags.flags.contains { (reading.support[$0] ?? 1) < Flag.firmSupport }
        }
        return
            (losses == nil
            ? []
            : ["loss: how far scores are from the whole network's without that unit alone, fitted (mean KL, nats)."])
            + (isDoubted == true
                ? ["A flag with ? is within M's error: fewer than 8 of the 10 replicate curves raise it too."] : [])
    }

    private var savingLines: [String] {
        var lines: [String] = []
        if plan.cut.isEmpty {
            lines.append("Nothing is cut.")
        } else {
            lines.append("Cut: \(plan.names.joined(separator: ", ")).")
            lines.append(
                "Saves \(NumberFormat.grouped(plan.savedParameters)) of \(NumberFormat.grouped(plan.parameters)) parameters "
                    + "(\(Self.percent(plan.savedParameters, of: plan.parameters)) %) and "
                    + "\(Self.millions(plan.savedMultiplyAdds)) of \(Self.millions(plan.multiplyAdds)) multiply-adds "
                    + "(\(Self.percent(plan.savedMultiplyAdds, of: plan.multiplyAdds)) %).")
        }
        if let accuracy {
            func share(_ value: Double) -> String { "\(NumberFormat.fixed(100 * value, 2)) %" }
            lines.append(
                "Accuracy on \(NumberFormat.grouped(accuracy.images)) images of \(accuracy.data): \(share(accuracy.whole)) "
                    + "whole, \(share(accuracy.cut)) right after the cut"
                    + (accuracy.reconstructed.map { ", \(share($0)) reconstructed" } ?? "")
                    + ", before any fine-tuning.")
        }
        if let comparison {
            lines.append(
                "Of \(comparison.units) units that can be cut Criterion I flags \(comparison.flagged) and measurement takes "
                    + "\(comparison.taken); in both: \(comparison.common), by chance "
                    + "\(NumberFormat.fixed(comparison.commonByChance, 1)).")
            func words(_ value: Double?) -> String {
                value.map { ($0 >= 0 ? "+" : "") + NumberFormat.fixed($0, 2) } ?? "unknown"
            }
            lines.append(
                "Rank correlation of the loss without a unit with its change of M: \(words(comparison.deltaM)), of Q: "
                    + "\(words(comparison.deltaQ)); by chance ±\(NumberFormat.fixed(comparison.correlationByChance, 2))."
            )
        }
        if let calibration {
            let images = NumberFormat.grouped(calibration.images)
            lines.append(
                "Reconstructed on \(calibration.isPart ? "\(images) other images of it" : "\(images) images of \(calibration.data)")"
                    + ", without their labels.")
        }
        lines += written.map { "Written: \($0)" }
        return lines
    }

    private static func percent(_ part: Int, of all: Int) -> String {
        NumberFormat.fixed(100 * Double(part) / Double(max(1, all)), 2)
    }

    private static func millions(_ count: Int) -> String { "\(NumberFormat.fixed(Double(count) / 1e6, 1)) million" }
}

extension String {
    /// `16x32x32` where `×` can't be shown.
    fileprivate func asciiTimes(_ ascii: Bool) -> String { ascii ? replacing("×", with: "x") : self }
}

extension PruningReport {
    /// The plan as JSON, keys in alphabetical order.
    public func json() throws -> String { try Report.encoded(PruningDocument(self)) }
}

/// The shape of the JSON.
private struct PruningDocument: Encodable {
    struct Unit: Encodable {
        var name: String
        var cut: Bool
        var parameters: Int
        var savedParameterShare: Double
        var multiplyAdds: Int
        var savedMultiplyAddShare: Double
        var deltaM: OrNull<Double>
        var deltaQ: OrNull<Double>
        var measuredLoss: OrNull<Double>
        var flags: [Flag]?
        var flagSupport: [String: Double]?
        var luFlags: [Flag]?
        var obstacle: OrNull<String>
    }

    struct Accuracy: Codable, Equatable {
        struct Calibration: Codable, Equatable {
            var data: String
            var images: Int
            /// No image that layers were fitted on is counted.
            var disjoint = true
        }

        var data: String
        var images: Int
        var whole: Double
        var cut: Double
        var reconstructed: OrNull<Double>
        var calibration: OrNull<Calibration>
    }

    /// Criterion I beside measurement.
    struct Measured: Encodable {
        var flagged, taken, common: Int
        var commonByChance: Double
        var rankCorrelationDeltaM, rankCorrelationDeltaQ: OrNull<Double>
        var rankCorrelationByChance: Double
    }

    struct Saved: Encodable {
        var parameters: Int
        var multiplyAdds: Int
    }

    var checkpoint: String
    var architecture: String
    var policy: String
    var cut: [String]
    var parameters: Int
    var multiplyAdds: Int
    var saved: Saved
    var savedParameterShare: Double
    var savedMultiplyAddShare: Double
    var measured: Measured?
    var accuracy: OrNull<Accuracy>
    var units: [Unit]
    var written: [String]

    init(_ report: PruningReport) {
        let plan = report.plan
        checkpoint = report.checkpoint
        architecture = report.architecture
        policy = report.policy
        cut = plan.names
        parameters = plan.parameters
        saved = Saved(parameters: plan.savedParameters, multiplyAdds: plan.savedMultiplyAdds)
        savedParameterShare = plan.savedParameterShare
        multiplyAdds = plan.multiplyAdds
        savedMultiplyAddShare = plan.savedMultiplyAddShare
        written = report.written
        measured = report.comparison.map {
            Measured(
                flagged: $0.flagged, taken: $0.taken, common: $0.common, commonByChance: $0.commonByChance,
                rankCorrelationDeltaM: OrNull($0.deltaM), rankCorrelationDeltaQ: OrNull($0.deltaQ),
                rankCorrelationByChance: $0.correlationByChance)
        }
        accuracy = OrNull(
            report.accuracy.map {
                Accuracy(
                    data: $0.data, images: $0.images, whole: $0.whole, cut: $0.cut,
                    reconstructed: OrNull($0.reconstructed),
                    calibration: OrNull(
                        report.calibration.map { Accuracy.Calibration(data: $0.data, images: $0.images) }))
            })
        units = plan.units.enumerated().map { index, unit in
            let reading = report.readings?[index]
            return Unit(
                name: unit.name, cut: plan.cuts(index), parameters: unit.parameters,
                savedParameterShare: Double(unit.parameters) / Double(max(1, plan.parameters)),
                multiplyAdds: unit.multiplyAdds,
                savedMultiplyAddShare: Double(unit.multiplyAdds) / Double(max(1, plan.multiplyAdds)),
                deltaM: OrNull(reading?.change), deltaQ: OrNull(reading?.luChange),
                measuredLoss: OrNull(report.losses?[index]), flags: reading?.flags.flags,
                flagSupport: reading.map { reading in
                    Dictionary(uniqueKeysWithValues: reading.support.map { ($0.key.rawValue, $0.value) })
                },
                luFlags: reading?.luFlags.flags, obstacle: OrNull(unit.obstacle))
        }
    }
}
