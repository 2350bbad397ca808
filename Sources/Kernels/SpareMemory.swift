import Synchronization

/// Memory that one matrix leaves behind for the next: the system clears new memory, which takes longer than writing to it.
public final class SpareMemory: Sendable {
    private let kept = Mutex<MappedMemory?>(nil)

    public init() {}

    /// What has been kept, or memory made of it where that is too small.
    /// - Throws: `KernelError.allocation`.
    func take(bytes: Int) throws(KernelError) -> MappedMemory {
        try kept.withLock { kept throws(KernelError) in
            var spare = [kept].compactMap(\.self)
            defer { kept = nil }
            if let memory = kept, memory.byteCount >= bytes { return memory }
            return try MappedMemory.made(of: &spare, bytes: bytes)
        }
    }

    /// Keeps memory for whoever asks next, instead of what has been kept before.
    func keep(_ memory: MappedMemory) { kept.withLock { $0 = memory } }
}
