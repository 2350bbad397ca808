import Foundation
import Synchronization

/// Where the activations of a run live, and what is made of them: in memory up to a budget, beyond it in unlinked memory-mapped
/// scratch files.
public final class ActivationStore: Sendable {
    /// Bytes of activations that may stand in memory at a time.
    public let budget: Int
    /// The folder for scratch files.
    public let folder: String
    private let state = Mutex(State())

    private struct State {
        /// Bytes of memory in use.
        var used = 0
        /// The most that have been in use at a time.
        var most = 0
        /// What has been left behind. The system clears new memory, which takes as long as filling it.
        var spare: [MappedMemory] = []

        var spareBytes: Int { spare.reduce(0) { $0 + $1.byteCount } }
    }

    /// - Parameters:
    ///   - budget: bytes; by default half of the memory there is for this process.
    ///   - folder: by default the system's folder for temporary files, or one on a disk where that is in memory.
    public init(budget: Int? = nil, folder: String? = nil) {
        self.budget = max(0, budget ?? Machine.memory / 2)
        self.folder = folder ?? ScratchFolder.path
    }

    /// Bytes that are free on the scratch files' volume.
    public var freeScratch: Int {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return Int(clamping: (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0)
    }

    /// Bytes that could be had in all: the budget and what is free on the disk.
    public var available: Int {
        let (sum, overflow) = budget.addingReportingOverflow(freeScratch)
        return overflow ? .max : sum
    }

    /// Where activations go that have no room in memory, in words.
    public var overflowNote: String {
        "activations beyond \(budget >> 20) MB go to scratch files in \(folder)"
            + (ScratchFolder.isInMemory(folder) ? ", which is memory as well: set TMPDIR to a folder on a disk" : "")
    }

    /// A matrix of any values; its memory returns to the budget when it is released.
    /// - Throws: `KernelError.allocation`.
    public func allocate(rows: Int, columns: Int) throws(KernelError) -> FeatureMatrix {
        guard let bytes = FeatureMatrix.byteCount(rows: rows, columns: columns) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        return try FeatureMatrix(rows: rows, columns: columns, reusing: take(bytes: bytes)) { [weak self] memory in
            self?.keep(memory)
        }
    }

    /// Memory in which anything may stand.
    ///
    /// It is kept for what is to come as far as that takes no more than has been in use before, until a run ends.
    /// - Throws: `KernelError.allocation`.
    func take(bytes: Int) throws(KernelError) -> MappedMemory {
        let memory = try state.withLock { state throws(KernelError) -> MappedMemory? in
            guard bytes <= budget, state.used <= budget - bytes else { return nil }
            let memory = try MappedMemory.made(of: &state.spare, bytes: bytes)
            state.used += memory.byteCount
            state.most = max(state.most, state.used)
            while !state.spare.isEmpty, state.used + state.spareBytes > state.most { state.spare.removeFirst() }
            return memory
        }
        return if let memory { memory } else { try MappedMemory(bytes: bytes, backing: .scratchFile(folder: folder)) }
    }

    /// Takes back what `take` has given.
    func keep(_ memory: MappedMemory) {
        guard memory.backing == .memory else { return }
        state.withLock { state in
            state.used -= memory.byteCount
            state.spare.append(memory)
        }
    }

    /// Gives back what is kept for matrices to come.
    public func releaseSpare() { state.withLock { $0.spare = [] } }

    /// Bytes in memory now, spare ones included.
    public var bytesKept: Int { state.withLock { $0.used + $0.spareBytes } }

    /// Bytes of activations in use now.
    public var bytesInMemory: Int { state.withLock { $0.used } }
}
