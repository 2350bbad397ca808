import TOMLKit

/// Why a text is not TOML.
struct TOMLFailure: Error {
    var line: Int
    var message: String
}

/// Reads TOML.
func readTOML(_ text: String) throws(TOMLFailure) -> TOMLTable {
    if let failure = whatEndsTheProcess(in: text) { throw failure }
    do {
        return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
        throw TOMLFailure(line: error.source.begin.line, message: error.description)
    } catch {
        throw TOMLFailure(line: 1, message: "\(error)")
    }
}

/// What the library trusts that there is not, and would end the process for: a table header that doesn't begin with a name,
/// and a brace without its partner. Themes and configurations have no inline tables, so that none is let through.
private func whatEndsTheProcess(in text: String) -> TOMLFailure? {
    let scalars = Array(text.unicodeScalars)
    var (line, place) = (1, 0)
    /// Arrays that are open: a bracket at a line's beginning is then one of them.
    var depth = 0
    var isAtStart = true
    func starts(_ mark: Unicode.Scalar, times: Int) -> Bool {
        place + times <= scalars.count && scalars[place..<place + times].allSatisfy { $0 == mark }
    }
    func skip(while isSkipped: (Unicode.Scalar) -> Bool) {
        while place < scalars.count, isSkipped(scalars[place]) { place += 1 }
    }
    /// Past the end of the string that begins here.
    func skipString(_ mark: Unicode.Scalar) {
        let length = starts(mark, times: 3) ? 3 : 1
        place += length
        while place < scalars.count, !starts(mark, times: length) {
            // Only strings of three marks go over lines.
            guard length == 3 || scalars[place] != "\n" else { return }
            if scalars[place] == "\\", mark == "\"" { place += 1 }
            if place < scalars.count, scalars[place] == "\n" { line += 1 }
            place += 1
        }
        place += length
    }
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
    func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "\"", "'": true
        default: false
        }
    }
    while place < scalars.count {
        let scalar = scalars[place]
        switch scalar {
        case "\"", "'": skipString(scalar)
        case "#": skip { $0 != "\n" }
        case "[" where isAtStart && depth == 0:
            place += 1
            skip(while: isBlank)
            if place < scalars.count, scalars[place] == "[" {
                place += 1
                skip(while: isBlank)
            }
            guard place < scalars.count, isName(scalars[place]) else {
                return TOMLFailure(
                    line: line, message: "a table's name begins with a letter, a digit, - or _, or is quoted")
            }
        case "{", "}":
            return TOMLFailure(line: line, message: "no inline tables here; begin a [table] on a line of its own")
        default:
            depth = max(0, depth + (scalar == "[" ? 1 : scalar == "]" ? -1 : 0))
            if scalar == "\n" { line += 1 }
            place += 1
        }
        isAtStart = scalar == "\n" || isAtStart && (isBlank(scalar) || scalar == "\r")
    }
    return nil
}
