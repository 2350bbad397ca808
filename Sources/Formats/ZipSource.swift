import CZip

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file as libzip reads it. It has to outlive the archive.
final class ZipSource {
    private let file: InputFile
    private var position: Int64 = 0
    private var ahead: (start: Int, bytes: [UInt8]) = (0, [])
    private var error = zip_error_t()
    /// Why the file could not be read, which libzip has no words for.
    private(set) var failure: (any Error)?

    init(_ file: InputFile) {
        self.file = file
        zip_error_init(&error)
    }

    deinit { zip_error_fini(&error) }

    /// For libzip, which frees it with the archive.
    func handle(_ error: inout zip_error_t) -> OpaquePointer? {
        zip_source_function_create(
            { source, data, length, command in
                guard let source else { return -1 }
                return Unmanaged<ZipSource>.fromOpaque(source).takeUnretainedValue().answer(command, data, length)
            }, Unmanaged.passUnretained(self).toOpaque(), &error)
    }

    private static let supported = [
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
        ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
    ].reduce(0 as Int64) { $0 | 1 << Int64($1.rawValue) }

    private func answer(_ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: UInt64) -> Int64 {
        switch command {
        case ZIP_SOURCE_OPEN:
            position = 0
            return 0
        case ZIP_SOURCE_CLOSE, ZIP_SOURCE_FREE: return 0
        case ZIP_SOURCE_READ:
            return read(into: UnsafeMutableRawBufferPointer(start: data, count: Int(clamping: length)))
        case ZIP_SOURCE_SEEK:
            let target = zip_source_seek_compute_offset(UInt64(position), UInt64(file.size), data, length, &error)
            guard target >= 0 else { return -1 }
            position = target
            return 0
        case ZIP_SOURCE_TELL: return position
        case ZIP_SOURCE_STAT:
            guard let status = data?.assumingMemoryBound(to: zip_stat_t.self) else { return -1 }
            zip_stat_init(status)
            status.pointee.size = UInt64(file.size)
            status.pointee.valid |= UInt64(ZIP_STAT_SIZE)
            return Int64(MemoryLayout<zip_stat_t>.size)
        case ZIP_SOURCE_ERROR: return zip_error_to_data(&error, data, length)
        case ZIP_SOURCE_SUPPORTS: return Self.supported
        default:
            zip_error_set(&error, ZIP_ER_OPNOTSUPP, 0)
            return -1
        }
    }

    /// Libzip asks for a few bytes at a time where it reads a directory or decompresses.
    private static let bytesAhead = 1 << 16

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int64 {
        let (start, count) = (Int(position), min(buffer.count, max(0, file.size - Int(position))))
        do {
            if count >= Self.bytesAhead {
                try file.read(from: start, into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count)))
            } else {
                if start < ahead.start || start + count > ahead.start + ahead.bytes.count {
                    ahead = (start, try file.bytes(start..<min(file.size, start + Self.bytesAhead)))
                }
                buffer.copyBytes(from: ahead.bytes[start - ahead.start..<start - ahead.start + count])
            }
        } catch {
            failure = failure ?? error
            zip_error_set(&self.error, ZIP_ER_READ, EIO)
            return -1
        }
        position += Int64(count)
        return Int64(count)
    }
}
