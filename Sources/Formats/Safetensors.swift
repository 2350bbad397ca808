import Tensors

/// The safetensors format: a length, a JSON header, one buffer that the tensors fill without gap or overlap.
enum Safetensors {
    /// The header's member that is no tensor but the writer's remarks.
    static let metadataKey = "__metadata__"

    struct Entry {
        let name: String
        let type: ElementType
        let shape: Shape
        let begin: Int
        let end: Int
    }

    /// Whether a length below 2⁴⁸ and a brace come first: no text does, nor a protocol buffer that names its producer.
    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 8 && bytes[6] == 0 && bytes[7] == 0 && bytes[8] == UInt8(ascii: "{")
    }

    /// What stands before the tensors' bytes, checked.
    struct Header {
        var metadata: [String: String] = [:]
        /// In the order of the header's text.
        var entries: [Entry] = []
        /// The byte at which the tensors' data begin, and offset 0 of the entries.
        var dataStart = 0
    }

    static func header(_ file: InputFile, _ context: ReadContext) throws -> Header {
        let length = try file.prefix(8).withUnsafeBytes { start in
            var reader = ByteReader(start, context)
            return try reader.length(UInt64.self)
        }
        guard length <= context.limits.headerBytes else {
            throw context.tooLarge("bytes of the header", length, context.limits.headerBytes)
        }
        guard length <= file.size - 8 else {
            throw FormatError.truncated(file: context.file, offset: 8, needs: length, end: file.size)
        }
        let text = try file.bytes(8..<8 + length)
        let value = try text.withUnsafeBytes { try HeaderJSONParser.parse($0, start: 8, context) }
        guard case .object(let members) = value else {
            throw context.malformed(.byte(8), "the header is no JSON object")
        }
        guard members.count <= context.limits.entries else {
            throw context.tooLarge("tensors in the header", members.count, context.limits.entries)
        }
        var header = Header(dataStart: 8 + length)
        for (name, value) in members {
            if name == metadataKey {
                header.metadata = try metadata(value, context)
            } else {
                header.entries.append(try entry(name, value, context))
            }
        }
        try checkCover(header.entries, of: file.size - header.dataStart, context)
        guard !header.entries.isEmpty else {
            throw FormatError.noTensors(file: context.file, found: "an empty header")
        }
        return header
    }

    static func index(_ file: InputFile, _ context: ReadContext) throws -> CheckpointIndex {
        let header = try header(file, context)
        let entries = header.entries.map { entry in
            CheckpointIndex.Entry(
                name: entry.name, shape: entry.shape, elementType: entry.type,
                storage: .plain(header.dataStart + entry.begin..<header.dataStart + entry.end))
        }
        return try CheckpointIndex(
            file, entries: entries, metadata: header.metadata, notes: [], limits: context.limits)
    }

    private static func metadata(_ value: HeaderJSON, _ context: ReadContext) throws -> [String: String] {
        guard case .object(let members) = value else {
            throw context.malformed(.tensor(metadataKey), "the metadata is no JSON object")
        }
        var metadata: [String: String] = [:]
        for (key, value) in members {
            guard case .string(let text) = value else {
                throw context.malformed(.tensor(metadataKey), "the value of '\(key)' is no string")
            }
            metadata[key] = text
        }
        return metadata
    }

    private static func entry(_ name: String, _ value: HeaderJSON, _ context: ReadContext) throws -> Entry {
        let place = FormatError.Place.tensor(name)
        guard case .object(let members) = value else { throw context.malformed(place, "it has no dtype and shape") }
        func member(_ key: String) -> HeaderJSON? { members.first { $0.key == key }?.value }
        guard case .string(let dtype)? = member("dtype") else { throw context.malformed(place, "it has no dtype") }
        guard let type = elementTypes[dtype] else {
            throw context.unsupported(place, "element type \(dtype)", "convert it to F32 and save again")
        }
        guard let dims = member("shape")?.naturals else { throw context.malformed(place, "it has no shape") }
        guard let range = member("data_offsets")?.naturals, range.count == 2 else {
            throw context.malformed(place, "it has no data_offsets")
        }
        let shape = try context.shape(dims, of: type, at: place)
        let size = shape.count * type.size
        guard range[0] <= range[1], range[1] - range[0] == size else {
            throw context.malformed(
                place, "its data_offsets \(range[0])…\(range[1]) do not span the \(size) bytes of its shape")
        }
        return Entry(name: name, type: type, shape: shape, begin: range[0], end: range[1])
    }

    /// Holds the tensors to filling the buffer exactly.
    private static func checkCover(_ entries: [Entry], of size: Int, _ context: ReadContext) throws {
        var position = 0
        for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard entry.begin == position else {
                let what = entry.begin < position ? "it overlaps another tensor" : "a gap lies before it"
                throw context.malformed(.tensor(entry.name), "\(what) at data offset \(min(entry.begin, position))")
            }
            guard entry.end <= size else {
                throw context.malformed(
                    .tensor(entry.name), "it ends at data offset \(entry.end), but there are \(size) bytes of data")
            }
            position = entry.end
        }
        guard position == size else {
            throw context.malformed(.file, "\(size - position) bytes follow the last tensor")
        }
    }

    private static let elementTypes = Dictionary(
        uniqueKeysWithValues: ElementType.allCases.map { (dtype(of: $0), $0) })

    /// The format's name for a type.
    static func dtype(of type: ElementType) -> String {
        switch type {
        case .bool: "BOOL"
        case .uint8: "U8"
        case .int8: "I8"
        case .int16: "I16"
        case .int32: "I32"
        case .int64: "I64"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .float32: "F32"
        case .float64: "F64"
        }
    }
}

extension HeaderJSON {
    /// The value of an array of whole numbers that are not negative.
    fileprivate var naturals: [Int]? {
        guard case .array(let elements) = self else { return nil }
        var numbers: [Int] = []
        for element in elements {
            guard case .integer(let number) = element, number >= 0 else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
