import Synchronization

/// Memory that one matrix leaves behind for the next: the system clears new memory, which takes longer than writing to it.
public final class SpareMemory: Sendable {
    private let kept = Mutex<MappedMemory?>(nil)

    public init() {}

    /// What has been kept, where it is large enough; otherwise it is given back to the system.
    func take(bytes: Int) -> MappedMemory? {
        kept.withLock { kept in
            defer { kept = nil }
            return kept.flatMap { $0.byteCount >= bytes ? $0 : nil }
        }
    }

    /// Keeps memory for whoever asks next, instead of what has been kept before.
    func keep(_ memory: MappedMemory) { kept.withLock { $0 = memory } }
}
