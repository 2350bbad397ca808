import Kernels
import Testing

@testable import Execution

/// Memory that matrices leave behind serves the next ones of their size, and never more of it than was in use before.
@Suite struct ActivationReuseTests {
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
}
