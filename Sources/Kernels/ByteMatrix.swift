import COneDNN

/// N × D whole numbers from 0 to 127, one row per sample, in memory of its own; rows up to `capacity` exist beyond N.
///
/// Seven bits are the same read with a sign and without, which is what byte instructions want of their two operands, and
/// no sum of two products of theirs leaves sixteen bits. Rows are written by workers that each own other rows: hence
/// `@unchecked Sendable`.
public final class ByteMatrix: @unchecked Sendable {
    /// The greatest value.
    public static let greatest = 127

    public let rows: Int
    public let columns: Int
    /// As of a `FeatureMatrix` of as many rows.
    public let capacity: Int
    private let base: UnsafeMutablePointer<UInt8>
    private let memory: MappedMemory

    /// A matrix of zeros.
    /// - Throws: `KernelError.allocation`.
    public init(rows: Int, columns: Int) throws(KernelError) {
        guard let bytes = FeatureMatrix.byteCount(rows: rows, columns: columns) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        let count = bytes / MemoryLayout<Float>.stride
        (self.rows, self.columns) = (rows, columns)
        capacity = columns == 0 ? 0 : count / columns
        memory = try MappedMemory(bytes: count)
        base = memory.base.bindMemory(to: UInt8.self, capacity: count)
    }

    /// The first value of a row, 0 ≤ `index` < `capacity`; not checked.
    public func row(_ index: Int) -> UnsafeMutablePointer<UInt8> { base + index * columns }

    /// Whether this processor multiplies bytes much faster than float32 numbers.
    public static let isFast = sepal_multiplies_bytes_fast() != 0
}
