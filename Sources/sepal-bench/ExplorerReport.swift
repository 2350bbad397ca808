import Cells

/// What was measured, beside what is required.
struct ExplorerReport {
    var size: Size
    var samples: Int
    var layers: Int
    var busy: [KeyTimes]
    var control: [KeyTimes]
    var load: ProcessorLoad?

    func write() {
        print(
            "explorer, \(size.columns)×\(size.rows), N = \(samples), |E| = \(10 * samples), \(busy.count) keys a side "
                + "among \(layers) layers, \(ProcessorLoad.processors) processors")
        if let load {
            print(
                "processors at work: sepal \(text(load.process)) beside the engine, other programs \(text(load.others))"
            )
        }
        row("milliseconds after the key", Self.words, "engine", "required")
        for group in [nil] + ExplorerKey.Group.allCases.map(Optional.some) {
            let name = group?.rawValue ?? "all keys"
            let isRequired = group == nil
            times("first byte, \(name)", group, nil) { $0.firstByte }
            times("frame, \(name)", group, isRequired ? "p99 ≤ 16" : nil) { $0.frame }
        }
        times("ring refined", nil, "max ≤ 100") { $0.refined }
    }

    private static let words = ["p50", "p95", "p99", "max", "count"]

    /// Both sides of one figure, one below the other.
    private func times(
        _ name: String, _ group: ExplorerKey.Group?, _ required: String?, _ value: (KeyTimes) -> Double?
    ) {
        for (side, keys) in [("busy", busy), ("none", control)] {
            let values = keys.filter { group == nil || $0.group == group }.compactMap(value).map { $0 * 1000 }
            let figures = [0.5, 0.95, 0.99, 1].map { text(values.percentile($0), 1) } + ["\(values.count)"]
            row(side == "busy" ? name : "", figures, side, side == "busy" ? required ?? "" : "")
        }
    }

    private func row(_ name: String, _ figures: [String], _ side: String, _ required: String) {
        let columns = figures.map { $0.padded(to: 8, atRight: false) }.joined()
        print("  " + name.padded(to: 36) + side.padded(to: 8) + columns + (required.isEmpty ? "" : "    " + required))
    }
}

extension String {
    func padded(to width: Int, atRight: Bool = true) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return atRight ? self + blanks : blanks + self
    }
}
