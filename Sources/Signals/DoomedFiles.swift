import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are not to outlive the program, however it ends. What kills without a signal that can be caught leaves them.
enum DoomedFiles {
    private static let count = 32

    // Unsafe since a pointer is not Sendable; it never changes, and what it points to are atomics.
    nonisolated(unsafe) private static let slots: UnsafeMutablePointer<Atomic<UInt>> = {
        let slots = UnsafeMutablePointer<Atomic<UInt>>.allocate(capacity: count)
        for slot in 0..<count { (slots + slot).initialize(to: Atomic(0)) }
        return slots
    }()

    /// A copy of the path, to give back later; nil where there is no room for one more.
    static func add(_ path: String) -> UnsafeMutablePointer<CChar>? {
        guard let copy = strdup(path) else { return nil }
        for slot in 0..<count where exchange(slot, 0, UInt(bitPattern: copy)) { return copy }
        free(copy)
        return nil
    }

    static func forget(_ copy: UnsafeMutablePointer<CChar>) {
        for slot in 0..<count where exchange(slot, UInt(bitPattern: copy), 0) { return free(copy) }
    }

    /// Safe inside a signal handler.
    static func remove() {
        for slot in 0..<count {
            let taken = slots[slot].exchange(0, ordering: .sequentiallyConsistent)
            if let path = UnsafePointer<CChar>(bitPattern: taken) { unlink(path) }
        }
    }

    private static func exchange(_ slot: Int, _ old: UInt, _ new: UInt) -> Bool {
        slots[slot].compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
}
