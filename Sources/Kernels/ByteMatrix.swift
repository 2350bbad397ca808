import CVector

/// N × D whole numbers from 0 to 127, one row per sample, in memory of its own; rows up to `capacity` exist beyond N.
///
/// Seven bits are the same read with a sign and without, which is what byte instructions want of their two operands, and
/// no sum of two products of theirs leaves sixteen bits. Four numbers make a word, and sixteen rows a group, word after word,
/// as products of rows want them: nothing has to be reordered when they are taken. Rows are written by workers that each
/// own other groups: hence `@unchecked Sendable`.
public final class ByteMatrix: @unchecked Sendable {
    public let rows: Int
    /// Words of a row: of every sixty-four numbers sixteen, the first of those with the first of every sixteen numbers.
    public let words: Int
    /// As of a `FeatureMatrix` of as many rows.
    public let capacity: Int
    private let base: UnsafeMutablePointer<UInt32>
    private let memory: MappedMemory
    private let store: ActivationStore?

    /// Rows of which the words lie side by side.
    public static let group = Int(sepal_group)

    /// A matrix of zeros, or of what the memory of a store holds.
    /// - Parameter store: where the memory comes from and goes to.
    /// - Throws: `KernelError.allocation`.
    public init(rows: Int, columns: Int, store: ActivationStore? = nil) throws(KernelError) {
        words = (columns / 64 + (columns % 64 == 0 ? 0 : 1)) * 16
        guard let bytes = FeatureMatrix.byteCount(rows: rows, columns: words) else {
            throw .allocation(bytes: .max, reason: "\(rows) × \(columns) values are more than can be addressed")
        }
        let count = bytes / MemoryLayout<UInt32>.stride
        self.rows = rows
        capacity = words == 0 ? 0 : count / words
        memory = if let store { try store.take(bytes: bytes) } else { try MappedMemory(bytes: bytes) }
        self.store = store
        base = memory.base.bindMemory(to: UInt32.self, capacity: count)
    }

    deinit { store?.keep(memory) }

    /// The first word of a row, 0 ≤ `row` < `capacity`; the next is `group` words further on. Not checked.
    public func start(ofRow row: Int) -> UnsafeMutablePointer<UInt32> {
        base + row / Self.group * Self.group * words + row % Self.group
    }

    /// Whether this processor multiplies bytes much faster than float32 numbers.
    public static let isFast = VectorLoops.level != Int32(sepal_oldest)
}
