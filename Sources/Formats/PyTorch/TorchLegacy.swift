/// PyTorch's format before 1.6: five pickles (magic number, protocol, system, object, storage keys) and the storages.
enum TorchLegacy {
    /// 0x1950A86A20F9469CFC6C, little-endian, as `LONG1` has it.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    private static let protocolVersion = 1001

    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == 0x80 }

    static func index(_ file: InputFile, _ context: ReadContext) throws -> CheckpointIndex {
        let (value, heap, keys, end) = try description(file, context)
        let ranges = try locate(keys, heap, file, from: end, context)
        return try StateDictSelection(value, heap, context).index(file, context) { storage in
            guard let range = ranges[storage.key] else {
                throw context.malformed(.file, "storage \(storage.key) is not in the file")
            }
            return (.plain(range), range.count)
        }
    }

    private typealias Description = (value: PickleValue, heap: PickleHeap, keys: [PickleValue], end: Int)

    /// The pickles before the storages. Only they tell how long they are, so as much of the file is read as they turn out
    /// to need.
    private static func description(_ file: InputFile, _ context: ReadContext) throws -> Description {
        var length = min(file.size, 1 << 20)
        while true {
            do {
                return try file.bytes(0..<length).withUnsafeBytes { bytes in
                    var reader = ByteReader(bytes, context)
                    return try description(&reader, context)
                }
            } catch FormatError.truncated where length < file.size {
                guard length < context.limits.headerBytes else {
                    throw context.tooLarge("bytes of its pickles", file.size, context.limits.headerBytes)
                }
                length = min(file.size, 8 * length, context.limits.headerBytes)
            }
        }
    }

    private static func description(_ reader: inout ByteReader, _ context: ReadContext) throws -> Description {
        let (first, firstHeap) = try Unpickler.load(from: &reader, context)
        guard case .long(magic) = first else {
            throw FormatError.wrongKind(
                file: context.file, found: "a pickle of \(firstHeap.describe(first)), not written by torch.save",
                advice: "save the network with torch.save(model.state_dict(), FILE)")
        }
        try checkSystem(&reader, context)
        let (value, heap) = try Unpickler.load(from: &reader, context)
        let (keyList, keyHeap) = try Unpickler.load(from: &reader, context)
        guard let keys = keyHeap.items(keyList) else {
            throw context.malformed(.byte(reader.offset), "the list of storages is missing")
        }
        return (value, heap, keys, reader.offset)
    }

    private static func checkSystem(_ reader: inout ByteReader, _ context: ReadContext) throws {
        let start = reader.offset
        guard case .integer(protocolVersion) = try Unpickler.load(from: &reader, context).0 else {
            throw context.malformed(.byte(start), "the version of the format is not \(protocolVersion)")
        }
        let systemStart = reader.offset
        let (system, heap) = try Unpickler.load(from: &reader, context)
        guard case .dictionary(let index) = system, case .bool(let isLittle)? = heap.value("little_endian", in: index)
        else { throw context.malformed(.byte(systemStart), "the description of the system is missing") }
        guard isLittle else {
            throw context.unsupported(
                .byte(systemStart), "big-endian data", "save it again on a little-endian machine")
        }
    }

    /// Walks the storages, each an element count and its elements, and finds the bytes of each.
    private static func locate(
        _ keys: [PickleValue], _ heap: PickleHeap, _ file: InputFile, from first: Int, _ context: ReadContext
    ) throws -> [String: Range<Int>] {
        let declared = Dictionary(heap.storages.map { ($0.key, $0) }) { first, _ in first }
        var ranges: [String: Range<Int>] = [:]
        var start = first
        func end(of count: Int, at offset: Int) throws -> Int {
            guard count <= file.size - offset else {
                throw FormatError.truncated(file: context.file, offset: offset, needs: count, end: file.size)
            }
            return offset + count
        }
        for item in keys {
            guard case .string(let key) = item, let storage = declared[key] else {
                throw context.malformed(.byte(start), "a storage is in the file that no tensor has declared")
            }
            let begin = try end(of: 8, at: start)
            let count = try file.bytes(start..<begin).withUnsafeBytes {
                Int(clamping: Int64(littleEndian: $0.loadUnaligned(as: Int64.self)))
            }
            guard count == storage.count else {
                throw context.malformed(
                    .byte(start), "storage \(key) has \(count) elements where \(storage.count) are declared")
            }
            let (size, overflow) = count.multipliedReportingOverflow(by: storage.type.size)
            let range = begin..<(try end(of: overflow ? .max : size, at: begin))
            guard ranges.updateValue(range, forKey: key) == nil else {
                throw context.malformed(.byte(start), "storage \(key) comes twice")
            }
            start = range.upperBound
        }
        return ranges
    }
}
