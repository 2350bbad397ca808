import Testing

@testable import Kernels

/// Memory that matrices leave behind serves the next ones of their size, and never more of it than was in use before.
@Suite struct ActivationStoreTests {
    @Test func theSameSizeGetsTheSameMemory() throws {
        let store = ActivationStore(budget: 1 << 30)
        var first: FeatureMatrix? = try store.allocate(rows: 256, columns: 100)
        let place = try #require(first?.base)
        place[5] = 7
        first = nil
        #expect(store.bytesInMemory == 0)
        let second = try store.allocate(rows: 200, columns: 100)
        #expect(second.base == place && second.base[5] == 7 && second.rows == 200)
        // One that is in use is nobody else's.
        #expect(try store.allocate(rows: 256, columns: 100).base != place)
        #expect(store.bytesInMemory == second.byteCount)
    }

    @Test func anotherSizeTakesNoMoreThanBefore() throws {
        let store = ActivationStore(budget: 3 * 256 * 4 * 100)
        _ = try (0..<3).map { _ in try store.allocate(rows: 256, columns: 100) }
        // The budget has room for it, though three others are spare.
        let large = try store.allocate(rows: 256, columns: 250)
        #expect(store.bytesInMemory == large.byteCount && store.bytesKept <= 3 * 256 * 4 * 100)
    }

    /// Bytes for screening are activations like any others: beyond the budget they stand in a scratch file.
    @Test func bytesTakeOfTheBudget() throws {
        let (rows, columns) = (256, 640)
        let bytes = rows * columns
        let store = ActivationStore(budget: bytes + bytes / 2)
        var first: ByteMatrix? = try ByteMatrix(rows: rows, columns: columns, store: store)
        #expect(first != nil && store.bytesInMemory == bytes)
        let second = try ByteMatrix(rows: rows, columns: columns, store: store)
        #expect(store.bytesInMemory == bytes)
        first = nil
        #expect(store.bytesInMemory == 0 && store.bytesKept == bytes)
        second.start(ofRow: 255)[0] = 7
        #expect(second.start(ofRow: 255)[0] == 7)
    }
}
