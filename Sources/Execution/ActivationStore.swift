import Foundation
import Kernels
import Synchronization

/// Where the activations of a run live: in memory up to a budget, beyond it in unlinked memory-mapped scratch files.
public final class ActivationStore: Sendable {
    /// Bytes of activations that may stand in memory at a time.
    public let budget: Int
    /// The folder for scratch files.
    public let folder: String
    private let inMemory = Mutex(0)

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

    /// A matrix of zeros; its memory returns to the budget when it is released.
    /// - Throws: `KernelError.allocation`.
    public func allocate(rows: Int, columns: Int) throws(KernelError) -> FeatureMatrix {
        guard let bytes = FeatureMatrix.byteCount(rows: rows, columns: columns) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        let fits = inMemory.withLock { used in
            guard bytes <= budget, used <= budget - bytes else { return false }
            used += bytes
            return true
        }
        guard fits else {
            return try FeatureMatrix(rows: rows, columns: columns, backing: .scratchFile(folder: folder))
        }
        do {
            return try FeatureMatrix(rows: rows, columns: columns) { [weak self] _ in
                self?.inMemory.withLock { $0 -= bytes }
            }
        } catch {
            inMemory.withLock { $0 -= bytes }
            throw error
        }
    }

    /// Bytes of activations in memory now.
    public var bytesInMemory: Int { inMemory.withLock { $0 } }
}
