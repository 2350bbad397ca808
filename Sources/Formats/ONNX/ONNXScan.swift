/// Walks over the fields of an ONNX file without storing anything, so that the decoder, which knows neither limits nor
/// places, gets only what is whole and of a bearable size.
struct ONNXScan {
    /// The messages of the schema that is decoded.
    enum Message {
        case model, graph, node, attribute, tensor, value, type, tensorType, shape, dimension, entry, operatorSet

        /// What a field holds, if it is decoded.
        enum Content {
            case message(Message), name, bytes
            /// Numbers of at most this many bytes once decoded, for each byte of the file.
            case numbers(growth: Int)
        }

        func content(ofField field: UInt64) -> Content? {
            switch (self, field) {
            case (.model, 7): .message(.graph)
            case (.model, 8): .message(.operatorSet)
            case (.model, 14), (.tensor, 13): .message(.entry)
            case (.graph, 1): .message(.node)
            case (.graph, 5), (.attribute, 5): .message(.tensor)
            case (.graph, 11), (.graph, 12): .message(.value)
            case (.node, 5): .message(.attribute)
            case (.value, 2): .message(.type)
            case (.type, 1): .message(.tensorType)
            case (.tensorType, 2): .message(.shape)
            case (.shape, 1): .message(.dimension)
            case (.attribute, 7), (.tensor, 4), (.tensor, 10): .numbers(growth: 1)
            case (.tensor, 5): .numbers(growth: 4)
            case (.attribute, 8), (.tensor, 1), (.tensor, 7), (.tensor, 11): .numbers(growth: 8)
            case (.graph, 2), (.node, 1...4), (.node, 7), (.attribute, 1), (.tensor, 8), (.value, 1), (.operatorSet, 1):
                .name
            case (.model, 2), (.model, 3), (.model, 25), (.graph, 15), (.attribute, 4), (.attribute, 6),
                (.attribute, 11), (.attribute, 21), (.tensor, 3), (.tensor, 9), (.dimension, 2), (.entry, 1...2):
                .bytes
            default: nil
            }
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private let context: ReadContext
    private var objects = 0
    private var nodes = 0
    private var tensors = 0

    /// - Throws: `FormatError`, where the fields do not fit into each other or are too many. O(count).
    static func check(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws {
        var scan = ONNXScan(bytes, context)
        try scan.walk(.model, 0..<bytes.count)
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) {
        self.bytes = bytes
        self.context = context
    }

    private mutating func walk(_ message: Message, _ range: Range<Int>) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let start = offset
            let tag = try integer(&offset, range.upperBound)
            guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
                throw context.malformed(.byte(start), "a field has no number")
            }
            let content = message.content(ofField: tag >> 3)
            switch tag & 7 {
            case 0:
                _ = try integer(&offset, range.upperBound)
                if case .numbers? = content { try context.charge(8) }
            case 1, 5:
                try skip(tag & 7 == 1 ? 8 : 4, &offset, range.upperBound)
                if case .numbers? = content { try context.charge(8) }
            case 2:
                let length = Int(clamping: try integer(&offset, range.upperBound))
                let first = offset
                try skip(length, &offset, range.upperBound)
                if let content { try take(content, first..<offset) }
            default: throw context.malformed(.byte(start), "a field is of a kind that ONNX does not use")
            }
        }
    }

    private mutating func take(_ content: Message.Content, _ range: Range<Int>) throws {
        objects += 1
        guard objects <= context.limits.objects else {
            throw context.tooLarge("parts of the file", objects, context.limits.objects)
        }
        switch content {
        case .bytes: try context.charge(range.count)
        case .name:
            guard range.count <= context.limits.nameBytes else {
                throw context.tooLarge("bytes of a name", range.count, context.limits.nameBytes)
            }
            try context.charge(range.count)
        case .numbers(let growth): try context.charge(range.count.multipliedReportingOverflow(by: growth).partialValue)
        case .message(let message):
            if case .node = message { nodes += 1 }
            if case .tensor = message { tensors += 1 }
            for (count, what) in [(nodes, "nodes of the graph"), (tensors, "tensors of the graph")]
            where count > context.limits.entries { throw context.tooLarge(what, count, context.limits.entries) }
            try walk(message, range)
        }
    }

    private func skip(_ count: Int, _ offset: inout Int, _ end: Int) throws {
        guard count <= end - offset else { throw tooShort(offset, needs: count, end) }
        offset += count
    }

    /// A number of seven bits a byte, the lowest first.
    private func integer(_ offset: inout Int, _ end: Int) throws -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
            guard offset < end else { throw tooShort(start, needs: offset - start + 1, end) }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw context.malformed(.byte(start), "a number is longer than ten bytes")
    }

    private func tooShort(_ offset: Int, needs: Int, _ end: Int) -> FormatError {
        end == bytes.count
            ? .truncated(file: context.file, offset: offset, needs: needs, end: end)
            : context.malformed(.byte(offset), "a field of \(needs) bytes is longer than what it is part of")
    }
}

extension ONNXScan {
    /// Whether a file starts as ONNX does: fields of its outermost message, each of the right kind, its graph or its
    /// operator sets among them. Protocol buffers have no magic number. O(outermost fields).
    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let scan = ONNXScan(bytes, ReadContext(file: "", limits: .standard))
        var offset = 0
        var seen: Set<UInt64> = []
        while offset < bytes.count {
            guard let tag = try? scan.integer(&offset, bytes.count), tag <= UInt64(UInt8.max) << 3 else { return false }
            let isNumber = tag >> 3 == 1 || tag >> 3 == 5
            guard [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26].contains(tag >> 3), tag & 7 == (isNumber ? 0 : 2),
                let value = try? scan.integer(&offset, bytes.count)
            else { return false }
            if tag >> 3 == 1, !(1...64).contains(value) { return false }
            seen.insert(tag >> 3)
            // A file whose end is missing is still one.
            if tag & 7 == 2 { offset += min(Int(clamping: value), bytes.count - offset) }
        }
        return seen.contains(7) || seen.contains(8)
    }
}
