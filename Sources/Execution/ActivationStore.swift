import Foundation
import Kernels
import Synchronization

/// Where the activations of a run live: in memory up to a budget, beyond it in unlinked memory-mapped scratch files.
public final class ActivationStore: Sendable {
    /// Bytes of activations that may stand in memory at a time.
    public let budget: Int
    /// The folder for scratch files.
    public let folder: String
    private let state = Mutex(State())

    private struct State {
        /// Bytes of matrices that are in use.
        var used = 0
        /// The most that have been in use at a time.
        var most = 0
        /// What matrices have left behind. The system clears new memory, which takes as long as filling it.
        var spare: [MappedMemory] = []

        var spareBytes: Int { spare.reduce(0) { $0 + $1.byteCount } }
    }

    /// - Parameters:
    ///   - budget: bytes; by default half of the machine's memory.
    ///   - folder: by default the system's folder for temporary files.
    public init(budget: Int? = nil, folder: String? = nil) {
        let half = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
        self.budget = max(0, budget ?? half)
        self.folder = folder ?? FileManager.default.temporaryDirectory.path
    }

    /// Bytes that are free on the scratch files' volume.
    var freeScratch: Int {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return Int(clamping: (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0)
    }

    /// Bytes that could be had in all: the budget and what is free on the disk.
    public var available: Int {
        let (sum, overflow) = budget.addingReportingOverflow(freeScratch)
        return overflow ? .max : sum
    }

    /// A matrix of any values; its memory returns to the budget when it is released.
    ///
    /// Memory is kept for matrices to come as far as that takes no more of it than has been in use before, until a run ends.
    /// - Throws: `KernelError.allocation`.
    public func allocate(rows: Int, columns: Int) throws(KernelError) -> FeatureMatrix {
        guard let bytes = FeatureMatrix.byteCount(rows: rows, columns: columns) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        let memory = try state.withLock { state throws(KernelError) -> MappedMemory? in
            guard bytes <= budget, state.used <= budget - bytes else { return nil }
            let memory = try MappedMemory.made(of: &state.spare, bytes: bytes)
            state.used += bytes
            state.most = max(state.most, state.used)
            while !state.spare.isEmpty, state.used + state.spareBytes > state.most { state.spare.removeFirst() }
            return memory
        }
        guard let memory else {
            return try FeatureMatrix(rows: rows, columns: columns, backing: .scratchFile(folder: folder))
        }
        return try FeatureMatrix(rows: rows, columns: columns, reusing: memory) { [weak self] memory in
            self?.state.withLock { state in
                state.used -= bytes
                state.spare.append(memory)
            }
        }
    }

    /// Gives back what is kept for matrices to come.
    func releaseSpare() { state.withLock { $0.spare = [] } }

    /// Bytes in memory now, spare ones included.
    var bytesKept: Int { state.withLock { $0.used + $0.spareBytes } }

    /// Bytes of activations in use now.
    public var bytesInMemory: Int { state.withLock { $0.used } }
}
