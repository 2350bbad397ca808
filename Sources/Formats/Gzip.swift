import CZlib

/// Gzip-compressed files (RFC 1952) through zlib. The caller says how much is due, so that a small file cannot grow
/// without bounds.
enum Gzip {
    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The first bytes of the content, at most `count`. O(count).
    static func prefix(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ context: ReadContext) throws -> [UInt8] {
        let inflater = try Inflater(bytes, context)
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try inflater.fill(UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// The content, which is `due` bytes long. Throws where it is shorter, longer, damaged, or something follows it.
    static func content(_ bytes: UnsafeRawBufferPointer, due: Int, _ context: ReadContext) throws -> [UInt8] {
        // Deflate cannot shrink below 1/1032, so a greater claim is a lie: found out before it is believed.
        let (most, overflow) = bytes.count.multipliedReportingOverflow(by: 1032)
        guard overflow || due <= most else {
            throw context.malformed(
                .file, "\(bytes.count) compressed bytes cannot hold the \(due) that its header declares")
        }
        try context.charge(due)
        let inflater = try Inflater(bytes, context)
        return try [UInt8](unsafeUninitializedCapacity: due) { buffer, filled in
            filled = try inflater.fill(UnsafeMutableRawBufferPointer(buffer))
            guard filled == due else {
                throw context.malformed(.file, "it unpacks to \(filled) bytes where its header declares \(due)")
            }
            var beyond: UInt8 = 0
            let excess = try withUnsafeMutableBytes(of: &beyond) { try inflater.fill($0) }
            guard excess == 0 else {
                throw context.malformed(.file, "it unpacks to more than the \(due) bytes that its header declares")
            }
        }
    }

    /// One pass over compressed bytes, which must outlive it.
    private final class Inflater {
        private let input: UnsafeRawBufferPointer
        private let context: ReadContext
        /// On the heap: zlib keeps its address.
        private let stream: UnsafeMutablePointer<z_stream>
        /// Bytes handed to zlib so far.
        private var given = 0
        private var isAtEnd = false
        /// What zlib is given at a time, within its 32-bit counts.
        private static let piece = 1 << 28

        init(_ input: UnsafeRawBufferPointer, _ context: ReadContext) throws {
            self.input = input
            self.context = context
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // 15 bits of window; 16 more ask for gzip's header and checksum.
            let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else { throw context.malformed(.file, "zlib cannot start (status \(status))") }
        }

        deinit {
            inflateEnd(stream)
            stream.deallocate()
        }

        /// Unpacks until the target is full or the content ends; returns the bytes written.
        func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
            var filled = 0
            while filled < target.count, !isAtEnd {
                feed()
                let room = min(target.count - filled, Self.piece)
                stream.pointee.next_out = target.baseAddress.map {
                    ($0 + filled).assumingMemoryBound(to: UInt8.self)
                }
                stream.pointee.avail_out = UInt32(room)
                let status = inflate(stream, Z_NO_FLUSH)
                filled += room - Int(stream.pointee.avail_out)
                switch status {
                case Z_OK: break
                case Z_STREAM_END: try endMember()
                case Z_BUF_ERROR where position == input.count:
                    throw context.malformed(.byte(input.count), "the compressed data ends too early")
                default:
                    let text = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
                    throw context.malformed(.byte(position), "the compressed data is damaged (\(text))")
                }
            }
            return filled
        }

        private var position: Int { given - Int(stream.pointee.avail_in) }

        private func feed() {
            guard stream.pointee.avail_in == 0, given < input.count, let base = input.baseAddress else { return }
            let count = min(input.count - given, Self.piece)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: (base + given).assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(count)
            given += count
        }

        /// After a member may come another one, or the zeros that tapes are padded with; nothing else.
        private func endMember() throws {
            let rest = UnsafeRawBufferPointer(rebasing: input[position...])
            if Gzip.looksLike(rest) {
                feed()
                guard inflateReset(stream) == Z_OK else {
                    throw context.malformed(.byte(position), "the compressed data cannot be followed")
                }
                return
            }
            guard rest.allSatisfy({ $0 == 0 }) else {
                throw context.malformed(.byte(position), "\(rest.count) bytes follow the compressed data")
            }
            isAtEnd = true
        }
    }
}
