import Synchronization
import Testing

@testable import Kernels

@Suite struct WorkerPoolTests {
    private struct Failure: Error, Equatable { let item: Int }

    @Test(arguments: [1, 2, 3]) func everyItemRunsOnce(threads: Int) throws {
        let pool = WorkerPool(threads: threads)
        for items in [0, 1, 2, 100] {
            let seen = Mutex(Array(repeating: 0, count: items))
            try pool.run(items: items) { item, worker in
                #expect((0..<threads).contains(worker))
                seen.withLock { $0[item] += 1 }
            }
            #expect(seen.withLock { $0 } == Array(repeating: 1, count: items))
        }
    }

    @Test func anErrorEndsTheWorkAndLeavesThePoolUsable() throws {
        let pool = WorkerPool(threads: 2)
        #expect(throws: Failure(item: 3)) {
            try pool.run(items: 1000) { item, _ in if item == 3 { throw Failure(item: 3) } }
        }
        let count = Atomic<Int>(0)
        try pool.run(items: 10) { _, _ in count.add(1, ordering: .relaxed) }
        #expect(count.load(ordering: .relaxed) == 10)
    }

    @Test func cancellationStartsNoFurtherItem() {
        let pool = WorkerPool(threads: 1)
        let cancellation = Cancellation()
        let count = Atomic<Int>(0)
        #expect(throws: KernelError.cancelled) {
            try pool.run(items: 100, cancellation: cancellation) { item, _ in
                count.add(1, ordering: .relaxed)
                if item == 4 { cancellation.cancel() }
            }
        }
        #expect(count.load(ordering: .relaxed) == 5)
    }
}
