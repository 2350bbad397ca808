import CVector
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
    private(set) var base: UnsafeMutableRawPointer
    public private(set) var byteCount: Int
    /// Where the bytes live.
    let backing: FeatureMatrix.Backing

    /// - Parameters:
    ///   - bytes: at least one is taken.
    ///   - backing: where the bytes live.
    /// - Throws: `KernelError.allocation`.
    init(bytes: Int, backing: FeatureMatrix.Backing = .memory) throws(KernelError) {
        byteCount = max(bytes, 1)
        self.backing = backing
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

    deinit { if byteCount > 0 { munmap(base, byteCount) } }

    /// What large pages are multiples of; parts of one are not moved.
    private static let largePage = 2 << 20

    /// Memory made of what is spare, as far as that goes: its pages change their place, and the system needn't clear them.
    /// Anything may stand in them.
    /// - Parameter spare: memory, not in files, that nobody else holds; loses what is taken.
    /// - Throws: `KernelError.allocation`.
    public static func made(of spare: inout [MappedMemory], bytes: Int) throws(KernelError) -> MappedMemory {
        if let same = spare.lastIndex(where: { $0.byteCount == bytes }) { return spare.remove(at: same) }
        let memory = try MappedMemory(bytes: bytes)
        var filled = 0
        for other in spare.reversed() { filled += try other.moveEnd(to: memory, at: filled) }
        spare.removeAll { $0.byteCount == 0 }
        return memory
    }

    /// Gives large pages to other memory, from `start` on.
    /// - Returns: bytes given, as many as have room there.
    private func moveEnd(to other: MappedMemory, at start: Int) throws(KernelError) -> Int {
        let (count, end) = (min(byteCount, other.byteCount - start) / Self.largePage * Self.largePage, base + byteCount)
        let places = [Int(bitPattern: end), Int(bitPattern: other.base + start)]
        guard count > 0, places.allSatisfy({ $0.isMultiple(of: Self.largePage) }) else { return 0 }
        switch sepal_move_pages(end - count, count, other.base + start) {
        case 0: return 0
        case 1:
            byteCount -= count
            return count
        default: throw .allocation(bytes: other.byteCount, reason: String(cString: strerror(errno)))
        }
    }

    private static func mapScratch(folder: String, bytes: Int) throws(KernelError) -> UnsafeMutableRawPointer? {
        func failure() -> KernelError {
            .scratch(bytes: bytes, folder: folder, reason: String(cString: strerror(errno)))
        }
        var template = Array("\(folder)/sepal-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure() }
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
        guard status == 0 else { throw failure() }
        return mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    }
}
