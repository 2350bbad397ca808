import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Zeroed memory straight from the system, given back with it.
///
/// Whoever holds it may write to it: hence `@unchecked Sendable`.
public final class MappedMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    public let byteCount: Int

    /// - Parameters:
    ///   - bytes: at least one is taken.
    ///   - backing: where the bytes live.
    init(bytes: Int, backing: FeatureMatrix.Backing = .memory) throws(KernelError) {
        byteCount = max(bytes, 1)
        let region =
            switch backing {
            case .memory: mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
            case .scratchFile(let folder): try Self.mapScratch(folder: folder, bytes: byteCount)
            }
        guard let region, region != MAP_FAILED else {
            throw .allocation(bytes: bytes, reason: String(cString: strerror(errno)))
        }
        #if canImport(Glibc)
            // Rows lie pages apart: with large pages a product needs far fewer of them. Only a wish, hence no check.
            madvise(region, byteCount, MADV_HUGEPAGE)
        #endif
        base = region
    }

    deinit { munmap(base, byteCount) }

    private static func mapScratch(folder: String, bytes: Int) throws(KernelError) -> UnsafeMutableRawPointer? {
        func failure(_ what: String) -> KernelError {
            .allocation(bytes: bytes, reason: "\(what) in \(folder): \(String(cString: strerror(errno)))")
        }
        var template = Array("\(folder)/sepal-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("can't make a scratch file") }
        defer { close(descriptor) }
        unlink(template)
        // Space is claimed now: a full disk found later would be a SIGBUS in the middle of a computation.
        #if canImport(Glibc)
            var status: Int32
            // A signal, as that of a resized terminal, may come between.
            repeat { status = posix_fallocate(descriptor, 0, off_t(bytes)) } while status == EINTR
            if status != 0 { errno = status }
        #else
            let status = ftruncate(descriptor, off_t(bytes))
        #endif
        guard status == 0 else { throw failure("can't extend a scratch file") }
        return mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    }
}
