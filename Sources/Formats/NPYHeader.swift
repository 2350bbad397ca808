/// The header of an npy file: a Python dictionary of three known keys, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader {
    /// Type string as written: byte order, kind, size.
    private(set) var descr = ""
    private(set) var isFortran = false
    private(set) var shape: [Int] = []

    /// `b`, `i`, `u`, `f`, `S`, `U`, or another letter for types that are not read.
    var kind: Character { descr.dropFirst().first ?? "?" }

    init(descr: String, isFortran: Bool, shape: [Int]) {
        (self.descr, self.isFortran, self.shape) = (descr, isFortran, shape)
    }

    init(_ text: String, _ place: FormatError.Place, _ context: ReadContext) throws {
        var scanner = Scanner(rest: text[...])
        var keys: Set<String> = []
        func malformed() -> FormatError { context.malformed(place, "the numpy header cannot be understood") }
        guard scanner.skip("{") else { throw malformed() }
        while !scanner.skip("}") {
            guard let key = scanner.string(), keys.insert(key).inserted, scanner.skip(":") else { throw malformed() }
            switch key {
            case "descr":
                guard let value = scanner.string() else {
                    guard scanner.skip("[") else { throw malformed() }
                    throw context.unsupported(place, "a structured array", "save plain arrays")
                }
                descr = value
            case "fortran_order":
                guard let value = scanner.bool() else { throw malformed() }
                isFortran = value
            case "shape":
                guard let value = scanner.tuple(longest: context.limits.rank) else { throw malformed() }
                shape = value
            default: throw malformed()
            }
            guard scanner.skip(",") || scanner.isAt("}") else { throw malformed() }
        }
        guard scanner.isAtEnd, keys.count == 3 else { throw malformed() }
    }

    /// Bytes an element takes. Throws for big-endian data and for objects.
    func elementSize(_ place: FormatError.Place, _ context: ReadContext) throws -> Int {
        let order = descr.first
        guard order != ">" else {
            throw context.unsupported(place, "big-endian data (\(descr))", "convert it with astype and save again")
        }
        guard kind != "O" else {
            throw context.unsupported(place, "an array of Python objects", "save numbers or text")
        }
        guard order == "<" || order == "|", let width = Int(descr.dropFirst(2)), width >= 0 else {
            throw context.malformed(place, "'\(descr)' is no element type")
        }
        let (size, overflow) = width.multipliedReportingOverflow(by: kind == "U" ? 4 : 1)
        guard !overflow else { throw context.malformed(place, "'\(descr)' is no element type") }
        return size
    }

    /// Just enough of Python's literals.
    private struct Scanner {
        var rest: Substring

        var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

        func isAt(_ token: String) -> Bool { rest.drop(while: \.isWhitespace).hasPrefix(token) }

        mutating func skip(_ token: String) -> Bool {
            guard isAt(token) else { return false }
            rest = rest.drop(while: \.isWhitespace).dropFirst(token.count)
            return true
        }

        mutating func string() -> String? {
            for quote in ["'", "\""] where skip(quote) {
                guard let end = rest.firstIndex(of: Character(quote)) else { return nil }
                defer { rest = rest[end...].dropFirst() }
                return String(rest[..<end])
            }
            return nil
        }

        mutating func bool() -> Bool? { skip("True") ? true : skip("False") ? false : nil }

        mutating func tuple(longest: Int) -> [Int]? {
            guard skip("(") else { return nil }
            var numbers: [Int] = []
            while !skip(")") {
                rest = rest.drop(while: \.isWhitespace)
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard let number = Int(digits), numbers.count < longest else { return nil }
                numbers.append(number)
                // Python 2 writes long integers so.
                rest = rest.dropFirst(digits.count).drop { $0 == "L" }
                guard skip(",") || isAt(")") else { return nil }
            }
            return numbers
        }
    }
}
