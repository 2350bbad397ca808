import CZip

/// Makes a zip archive of stored entries. Equal entries give equal bytes: every entry is dated 1 January 1980.
struct ZipArchiveWriter {
    /// What the first bytes of an entry's content are aligned to in the file.
    private let alignment: Int
    private var entries: [(name: String, range: Range<Int>)] = []
    /// All entries' content, one after another; the archive reads from it until it is closed.
    private var content: [UInt8] = []

    /// - Parameter alignment: A power of two. It is kept up to 4 GB, where other headers begin.
    init(alignment: Int) { self.alignment = alignment }

    /// Names must differ.
    mutating func add(_ name: String, _ bytes: [UInt8]) {
        entries.append((name, content.count..<content.count + bytes.count))
        content.append(contentsOf: bytes)
    }

    /// The whole archive.
    ///
    /// - Parameter file: For messages.
    /// - Throws: `FormatError.unwritable` in libzip's words.
    func bytes(file: String) throws(FormatError) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let target = zip_source_buffer_create(nil, 0, 0, &error) else {
            throw .unwritable(file: file, reason: message(&error))
        }
        defer { zip_source_free(target) }
        // The archive frees one reference when it is closed; the other one keeps what was written.
        zip_source_keep(target)
        guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
            zip_source_free(target)
            throw .unwritable(file: file, reason: message(&error))
        }
        let isClosed = content.withUnsafeBytes { content in
            fill(archive, content) && zip_close(archive) == 0
        }
        guard isClosed else {
            let reason = message(zip_get_error(archive))
            zip_discard(archive)
            throw .unwritable(file: file, reason: reason)
        }
        return try written(to: target, file: file)
    }

    private func fill(_ archive: OpaquePointer, _ content: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        for entry in entries {
            let start = content.baseAddress.map { $0 + entry.range.lowerBound }
            guard let source = zip_source_buffer(archive, start, UInt64(entry.range.count), 0) else { return false }
            let added = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
            guard let index = UInt64(exactly: added) else {
                zip_source_free(source)
                return false
            }
            let header = Self.localHeader + entry.name.utf8.count + Self.extraHeader
            let padding = (alignment - (offset + header) % alignment) % alignment
            guard zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) == 0,
                zip_file_set_dostime(archive, index, 0, Self.firstDay, 0) == 0, pad(archive, index, by: padding)
            else { return false }
            offset += header + padding + entry.range.count
        }
        return true
    }

    /// A field that readers pass over, where PyTorch has it too.
    private func pad(_ archive: OpaquePointer, _ index: UInt64, by count: Int) -> Bool {
        let padding = [UInt8](repeating: UInt8(ascii: "Z"), count: count)
        return zip_file_extra_field_set(
            archive, index, Self.paddingField, UInt16(ZIP_EXTRA_FIELD_NEW), padding, UInt16(count),
            zip_flags_t(ZIP_FL_LOCAL)) == 0
    }

    private func written(to target: OpaquePointer, file: String) throws(FormatError) -> [UInt8] {
        var status = zip_stat_t()
        guard zip_source_stat(target, &status) == 0, zip_source_open(target) == 0 else {
            throw .unwritable(file: file, reason: message(zip_source_error(target)))
        }
        defer { zip_source_close(target) }
        let size = Int(clamping: status.size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let step = zip_source_read(target, buffer.baseAddress.map { $0 + count }, UInt64(size - count))
                guard step > 0 else { return }
                count += Int(step)
            }
        }
        guard bytes.count == size else {
            throw .unwritable(file: file, reason: message(zip_source_error(target)))
        }
        return bytes
    }

    /// Bytes before an entry's name, and before the content of an extra field.
    private static let localHeader = 30
    private static let extraHeader = 4
    /// "FB"
    private static let paddingField: UInt16 = 0x4246
    /// 1 January 1980.
    private static let firstDay: UInt16 = 0x21
}

private func message(_ error: UnsafeMutablePointer<zip_error_t>?) -> String {
    error.map { String(cString: zip_error_strerror($0)) } ?? "unknown error"
}
