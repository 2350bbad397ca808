import Plots

/// Figures as they stand on the screen: fixed decimals, groups of three, a real minus sign.
enum Numbers {
    static func fixed(_ value: Double, _ decimals: Int = 4) -> String {
        let text = NumberText.fixed(value, decimals: decimals)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// With its sign, also where it is positive; a value that rounds to zero has none.
    static func signed(_ value: Double, _ decimals: Int = 4) -> String {
        let text = fixed(value, decimals)
        return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
    }

    static func grouped(_ value: Int) -> String { NumberText.grouped(value) }

    /// A count in at most so many cells: `1,606`, `1606`, `40k`, `3M`; 0 as a dot.
    static func short(_ count: Int, width: Int) -> String {
        guard count > 0 else { return "·" }
        let forms = [grouped(count), String(count), "\((count + 500) / 1000)k", "\((count + 500_000) / 1_000_000)M"]
        return forms.first { $0.cellWidth <= width && $0 != "0k" && $0 != "0M" } ?? "#"
    }

    /// A share as `48.9 %`. What is rounded to all without being all is more than the next figure: `> 99.9 %`.
    static func percent(_ share: Double, _ decimals: Int = 1) -> String {
        let step = (0..<decimals).reduce(1.0) { step, _ in step / 10 }
        if share < 1, share > 1 - step / 200 { return "> \(fixed(100 - step, decimals)) %" }
        return fixed(100 * share, decimals) + " %"
    }

    /// A difference of shares in percentage points: `1 point`, `1.6 points`.
    static func points(_ share: Double) -> String {
        let text = fixed(100 * share, 1)
        let number = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        return "\(number) point\(number == "1" ? "" : "s")"
    }

    static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.cellWidth)) + text
    }

    /// `45 s`, `1:20 min`, `2 h 05 min`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e8 else { return "?" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60)) min" }
        return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
    }
}
