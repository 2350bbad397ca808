/// PyTorch's format before 1.6: five pickles (magic number, protocol, system, object, storage keys) and the storages.
enum TorchLegacy {
    /// 0x1950A86A20F9469CFC6C, little-endian, as `LONG1` has it.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    private static let protocolVersion = 1001

    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == 0x80 }

    static func read(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws -> StateDict {
        var reader = ByteReader(bytes, context)
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
        let ranges = try locate(keys, heap, &reader, context)
        let selection = try StateDictSelection(value, heap, context)
        return try selection.materialize(context) { storage in
            guard let range = ranges[storage.key] else {
                throw context.malformed(.file, "storage \(storage.key) is not in the file")
            }
            try context.charge(range.count)
            return [UInt8](bytes[range])
        }
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
        _ keys: [PickleValue], _ heap: PickleHeap, _ reader: inout ByteReader, _ context: ReadContext
    ) throws -> [String: Range<Int>] {
        let declared = Dictionary(heap.storages.map { ($0.key, $0) }) { first, _ in first }
        var ranges: [String: Range<Int>] = [:]
        for item in keys {
            guard case .string(let key) = item, let storage = declared[key] else {
                throw context.malformed(.byte(reader.offset), "a storage is in the file that no tensor has declared")
            }
            let start = reader.offset
            let count = try reader.length(Int64.self)
            guard count == storage.count else {
                throw context.malformed(
                    .byte(start), "storage \(key) has \(count) elements where \(storage.count) are declared")
            }
            let (size, overflow) = count.multipliedReportingOverflow(by: storage.type.size)
            let begin = reader.offset
            _ = try reader.take(overflow ? .max : size)
            guard ranges.updateValue(begin..<reader.offset, forKey: key) == nil else {
                throw context.malformed(.byte(start), "storage \(key) comes twice")
            }
        }
        return ranges
    }
}
