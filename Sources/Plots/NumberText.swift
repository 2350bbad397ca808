/// Figures as text, the same in every locale: a point before decimals, a hyphen-minus before negative numbers.
public enum NumberText {
    /// A number with so many decimals (at most 12), rounded half away from zero; "n/a" where it isn't finite, an integer
    /// with an exponent where it is too large to be written out.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "n/a" }
        let decimals = min(12, max(0, decimals))
        let unit = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        let scaled = (value.magnitude * unit).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if decimals == 0 { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// An integer in groups of three: 40,000.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A share as "48.94 %"; "0" where there is nothing at all, so that none and hardly any differ.
    public static func percent(_ part: Int, of whole: Int) -> String {
        guard part != 0, whole != 0 else { return "0" }
        return fixed(100 * Double(part) / Double(whole), decimals: 2) + " %"
    }
}
