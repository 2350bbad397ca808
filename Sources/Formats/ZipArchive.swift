import CZip

/// A zip archive in a file. Only stored and deflated entries are read; sizes are checked before anything is allocated,
/// checksums while reading.
final class ZipArchive {
    struct Entry {
        let name: String
        let size: Int
        /// Its place in the archive's directory.
        let index: UInt64
        fileprivate let compressedSize: Int
        fileprivate let method: Int32
        fileprivate let isEncrypted: Bool
    }

    /// By name.
    private(set) var entries: [String: Entry] = [:]
    private let context: ReadContext
    private let source: ZipSource
    private let archive: OpaquePointer

    init(_ file: InputFile, _ context: ReadContext) throws {
        self.context = context
        try Self.checkDeclaredEntries(file, context)
        source = ZipSource(file)
        archive = try Self.open(source, context)
        let count = Int(clamping: zip_get_num_entries(archive, 0))
        guard count <= context.limits.entries else {
            throw context.tooLarge("entries of the archive", count, context.limits.entries)
        }
        for index in 0..<UInt64(max(0, count)) {
            let entry = try describe(index)
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw context.malformed(.entry(entry.name), "the name comes twice")
            }
        }
    }

    deinit { zip_discard(archive) }

    /// The content of an entry, decompressed. Throws where its checksum or size is wrong.
    func read(_ entry: Entry, _ context: ReadContext? = nil) throws -> [UInt8] {
        try check(entry)
        try (context ?? self.context).charge(entry.size)
        let stream = try Stream(self, entry)
        return try [UInt8](unsafeUninitializedCapacity: entry.size) { buffer, count in
            count = try stream.read(into: UnsafeMutableRawBufferPointer(buffer))
            try stream.finish()
        }
    }

    /// The content of an entry, decompressed piece by piece.
    func stream(_ entry: Entry) throws -> Stream {
        try check(entry)
        return try Stream(self, entry)
    }

    /// An entry that is being decompressed.
    final class Stream {
        private let archive: ZipArchive
        private let entry: Entry
        private let stream: OpaquePointer
        private var left: Int

        fileprivate init(_ archive: ZipArchive, _ entry: Entry) throws {
            guard let stream = zip_fopen_index(archive.archive, entry.index, 0) else {
                throw archive.source.failure
                    ?? archive.context.malformed(.entry(entry.name), message(zip_get_error(archive.archive)))
            }
            self.archive = archive
            self.entry = entry
            self.stream = stream
            left = entry.size
        }

        deinit { zip_fclose(stream) }

        /// Fills the buffer, or as much of it as the rest of the entry takes; 0 at its end.
        func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            let wanted = min(buffer.count, left)
            var count = 0
            while count < wanted {
                let step = zip_fread(stream, buffer.baseAddress.map { $0 + count }, UInt64(wanted - count))
                guard step > 0 else { throw malformed(step, otherwise: "it is too short") }
                count += Int(step)
            }
            left -= count
            return count
        }

        /// Compares size and checksum once all is read.
        func finish() throws {
            var beyond: UInt8 = 0
            let step = zip_fread(stream, &beyond, 1)
            guard step == 0 else { throw malformed(step, otherwise: "it is too long") }
        }

        private func malformed(_ step: Int64, otherwise problem: String) -> any Error {
            archive.source.failure
                ?? archive.context.malformed(
                    .entry(entry.name), step < 0 ? message(zip_file_get_error(stream)) : problem)
        }
    }

    private func check(_ entry: Entry) throws {
        let place = FormatError.Place.entry(entry.name)
        guard !entry.isEncrypted else {
            throw context.unsupported(place, "an encrypted entry", "decrypt the archive first")
        }
        guard entry.method == ZIP_CM_STORE || entry.method == ZIP_CM_DEFLATE else {
            throw context.unsupported(
                place, "compression method \(entry.method)", "pack it stored or deflated")
        }
        // Deflate cannot shrink below 1/1032, so a greater claim is a lie: found out before it is believed.
        let (most, overflow) = entry.compressedSize.multipliedReportingOverflow(by: 1032)
        guard entry.method == ZIP_CM_STORE ? entry.size == entry.compressedSize : !overflow && entry.size <= most else {
            throw context.malformed(
                place, "\(entry.compressedSize) compressed bytes cannot hold the \(entry.size) it claims")
        }
    }

    private func describe(_ index: UInt64) throws -> Entry {
        var status = zip_stat_t()
        let wanted = UInt64(
            ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
        guard zip_stat_index(archive, index, 0, &status) == 0, status.valid & wanted == wanted, let name = status.name
        else { throw context.malformed(.file, "entry \(index) of the archive has no proper description") }
        return Entry(
            name: String(cString: name), size: Int(clamping: status.size), index: index,
            compressedSize: Int(clamping: status.comp_size), method: Int32(status.comp_method),
            isEncrypted: status.encryption_method != 0)
    }

    private static func open(_ source: ZipSource, _ context: ReadContext) throws -> OpaquePointer {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let handle = source.handle(&error) else { throw context.malformed(.file, message(&error)) }
        guard let archive = zip_open_from_source(handle, ZIP_RDONLY, &error) else {
            let text = message(&error)
            zip_source_free(handle)
            throw source.failure
                ?? context.malformed(
                    .file, "its table of contents cannot be read (\(text)), as in a cut-off download")
        }
        return archive
    }

    /// Libzip reserves room for as many entries as a 64-bit end record declares before it looks at them, so a
    /// declaration that the file cannot hold is refused first.
    private static func checkDeclaredEntries(_ file: InputFile, _ context: ReadContext) throws {
        let recordSize = 22
        let locatorSize = 20
        let smallestEntry: UInt64 = 46
        // The end record, before the longest comment, and a locator before that.
        let start = max(0, file.size - recordSize - 0xFFFF - 2 * locatorSize)
        try file.bytes(start..<file.size).withUnsafeBytes { bytes in
            for position in stride(from: bytes.count - recordSize, through: locatorSize, by: -1) {
                guard bytes[position] == UInt8(ascii: "P"), bytes.contains("PK\u{5}\u{6}", at: position),
                    bytes.contains("PK\u{6}\u{7}", at: position - locatorSize)
                else { continue }
                let stored = bytes.loadUnaligned(fromByteOffset: position - locatorSize + 8, as: UInt64.self)
                let record = Int(clamping: UInt64(littleEndian: stored))
                guard record <= file.size - 56 else { continue }
                let fields = try file.bytes(record + 24..<record + 40)
                for field in [0, 8] {
                    let declared = fields.withUnsafeBytes {
                        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: field, as: UInt64.self))
                    }
                    guard declared <= UInt64(file.size) / smallestEntry else {
                        throw context.malformed(
                            .byte(record + 24 + field),
                            "\(declared) entries are declared, more than the file can hold")
                    }
                }
            }
        }
    }
}

private func message(_ error: UnsafeMutablePointer<zip_error_t>?) -> String {
    error.map { String(cString: zip_error_strerror($0)) } ?? "unknown error"
}
