/// N × D float32 values, one row per sample, in memory of its own; rows up to `capacity` exist beyond N.
///
/// Rows are only written between analyses, by workers that each own other rows: hence `@unchecked Sendable`.
public final class FeatureMatrix: @unchecked Sendable {
    /// Rows are allocated in multiples of this, so that work items of constant size never reach beyond the end.
    public static let rowMultiple = 256

    /// Where the values live.
    public enum Backing: Equatable, Sendable {
        case memory
        /// An unlinked memory-mapped file in this folder.
        case scratchFile(folder: String)
    }

    /// N, the samples.
    public let rows: Int
    /// D, the features of a sample.
    public let columns: Int
    /// Rows that may be touched: N rounded up to a multiple of `rowMultiple`.
    public let capacity: Int
    /// Row-major; `capacity × columns` values.
    public let base: UnsafeMutablePointer<Float>
    private let memory: MappedMemory
    private let whenReleased: (@Sendable (MappedMemory) -> Void)?

    /// Bytes a matrix of that size takes; nil where they can't be counted in an `Int`.
    public static func byteCount(rows: Int, columns: Int) -> Int? {
        guard rows >= 0, columns >= 0, rows <= Int.max - rowMultiple else { return nil }
        let capacity = (rows + rowMultiple - 1) / rowMultiple * rowMultiple
        let (values, overflow) = capacity.multipliedReportingOverflow(by: columns)
        let (bytes, tooMany) = values.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        return overflow || tooMany ? nil : bytes
    }

    /// A matrix of zeros, or of what its memory holds.
    /// - Parameters:
    ///   - backing: where the values live.
    ///   - memory: what another matrix of as many bytes has left behind; nil for new memory.
    ///   - whenReleased: gets the memory when the matrix is no longer used.
    /// - Throws: `KernelError.allocation`.
    public init(
        rows: Int, columns: Int, backing: Backing = .memory, reusing memory: MappedMemory? = nil,
        whenReleased: (@Sendable (MappedMemory) -> Void)? = nil
    ) throws(KernelError) {
        guard let bytes = Self.byteCount(rows: rows, columns: columns) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        self.rows = rows
        self.columns = columns
        capacity = (rows + Self.rowMultiple - 1) / Self.rowMultiple * Self.rowMultiple
        let memory = if let memory { memory } else { try MappedMemory(bytes: bytes, backing: backing) }
        guard memory.byteCount >= bytes else {
            throw .allocation(bytes: bytes, reason: "only \(memory.byteCount) are there")
        }
        base = memory.base.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
        self.memory = memory
        self.whenReleased = whenReleased
    }

    deinit { whenReleased?(memory) }

    /// A matrix of given values, row-major; for tests and small inputs. `values` must hold rows × columns numbers.
    public convenience init(rows: Int, columns: Int, values: [Float]) throws(KernelError) {
        try self.init(rows: rows, columns: columns)
        let count = min(values.count, rows * columns)
        values.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.update(from: start, count: count) }
        }
    }

    /// Bytes that the values take; 1 where there are none.
    public var byteCount: Int { memory.byteCount }

    /// The first value of a row, 0 ≤ `index` < `capacity`; not checked.
    public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * columns }
}
