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
    public var accuracy: Accuracy?
    /// Files that were written.
    public var written: [String] = []

    /// What the network gets right before anything has been learnt anew.
    public struct Accuracy: Sendable, Equatable {
        public var data: String
        public var images: Int
        /// Shares of the images; nil while unknown.
        public var before: Double?
        public var after: Double?

        public init(data: String, images: Int, before: Double?, after: Double?) {
            self.data = data
            self.images = images
            self.before = before
            self.after = after
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
        return isDoubted == true
            ? ["A flag with ? is within M's error: fewer than 8 of the 10 replicate curves raise it too."] : []
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
            func share(_ value: Double?) -> String { value.map { "\(NumberFormat.fixed(100 * $0, 2)) %" } ?? "unknown" }
            lines.append(
                "Accuracy on \(NumberFormat.grouped(accuracy.images)) images of \(accuracy.data): \(share(accuracy.before)) "
                    + "whole, \(share(accuracy.after)) right after the cut, before any fine-tuning.")
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
        var change: OrNull<Double>
        var flags: [Flag]?
        var flagSupport: [String: Double]?
        var luFlags: [Flag]?
        var obstacle: OrNull<String>
    }

    struct Accuracy: Codable, Equatable {
        var data: String
        var images: Int
        var before: OrNull<Double>
        var afterCut: OrNull<Double>
    }

    var checkpoint: String
    var architecture: String
    var policy: String
    var cut: [String]
    var parameters: Int
    var savedParameters: Int
    var savedParameterShare: Double
    var multiplyAdds: Int
    var savedMultiplyAdds: Int
    var savedMultiplyAddShare: Double
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
        savedParameters = plan.savedParameters
        savedParameterShare = plan.savedParameterShare
        multiplyAdds = plan.multiplyAdds
        savedMultiplyAdds = plan.savedMultiplyAdds
        savedMultiplyAddShare = plan.savedMultiplyAddShare
        written = report.written
        accuracy = OrNull(
            report.accuracy.map {
                Accuracy(data: $0.data, images: $0.images, before: OrNull($0.before), afterCut: OrNull($0.after))
            })
        units = plan.units.enumerated().map { index, unit in
            let reading = report.readings?[index]
            return Unit(
                name: unit.name, cut: plan.cuts(index), parameters: unit.parameters,
                savedParameterShare: Double(unit.parameters) / Double(max(1, plan.parameters)),
                multiplyAdds: unit.multiplyAdds,
                savedMultiplyAddShare: Double(unit.multiplyAdds) / Double(max(1, plan.multiplyAdds)),
                change: OrNull(reading?.change), flags: reading?.flags.flags,
                flagSupport: reading.map { reading in
                    Dictionary(uniqueKeysWithValues: reading.support.map { ($0.key.rawValue, $0.value) })
                },
                luFlags: reading?.luFlags.flags, obstacle: OrNull(unit.obstacle))
        }
    }
}
