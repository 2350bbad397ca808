/// What a folder of arrays says of itself: `layers.json`, a list of names or an object with lists of names `layers`,
/// `blocks`, `classes`; or `layers.txt`, a name a line.
struct FolderList {
    /// The file that says it.
    private(set) var file = ""
    private(set) var order: [String] = []
    /// The other members, lists as lines.
    private(set) var metadata: [String: String] = [:]

    init(_ folder: String, _ names: [String], _ limits: Limits) throws {
        guard let file = ["layers.json", "layers.txt"].first(where: names.contains) else { return }
        self.file = file
        let bytes = try readFile("\(folder)/\(file)", limits: limits)
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        if file == "layers.txt" {
            order = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        } else {
            let value = try bytes.withUnsafeBytes { try HeaderJSONParser.parse($0, start: 0, context) }
            try take(value, context)
        }
        guard Set(order).count == order.count else { throw context.malformed(.file, "it names a layer twice") }
    }

    private mutating func take(_ value: HeaderJSON, _ context: ReadContext) throws {
        guard case .object(let members) = value else {
            order = try Self.strings(value, "the list of layers", context)
            return
        }
        for (key, value) in members {
            switch (key, value) {
            case ("layers", _): order = try Self.strings(value, "the list of layers", context)
            case (_, .array): metadata[key] = try Self.strings(value, "'\(key)'", context).joined(separator: "\n")
            case (_, .string(let text)): metadata[key] = text
            default: break
            }
        }
    }

    private static func strings(_ value: HeaderJSON, _ what: String, _ context: ReadContext) throws -> [String] {
        guard case .array(let elements) = value else { throw context.malformed(.file, "\(what) is no list") }
        return try elements.map { element in
            guard case .string(let text) = element else { throw context.malformed(.file, "\(what) holds no names") }
            return text
        }
    }
}

/// Whether one name comes before another as people count: runs of digits by their value, all else by its characters.
func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
    var (a, b) = (left.unicodeScalars[...], right.unicodeScalars[...])
    func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }
    while let first = a.first, let second = b.first {
        if isDigit(first), isDigit(second) {
            // Without leading zeros a longer run is a greater number.
            let (x, y) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
            let (u, v) = (x.drop { $0 == "0" }, y.drop { $0 == "0" })
            if u.count != v.count { return u.count < v.count }
            if !u.elementsEqual(v) { return u.lexicographicallyPrecedes(v) }
            (a, b) = (a.dropFirst(x.count), b.dropFirst(y.count))
        } else {
            if first != second { return first < second }
            (a, b) = (a.dropFirst(), b.dropFirst())
        }
    }
    return a.isEmpty && b.isEmpty ? left < right : a.isEmpty
}
