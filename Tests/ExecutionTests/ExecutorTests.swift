import Foundation
import Kernels
import Network
import Synchronization
import Tensors
import Testing

@testable import Execution

/// The fused, layer-major executor against the plain one of `Network`.
@Suite struct ExecutorTests {
    private let samples = 37

    private func images(_ shape: [Int]) -> [Float] {
        var generator = SplitMix64(seed: 3)
        return (0..<samples * shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    typealias Made = (graph: Graph, marks: [String: Int])
    static let networks: [@Sendable () throws -> Made] = [
        SmallNetwork.make, SmallNetwork.makeBlocked, WideNetwork.make, WideNetwork.makeBlocked,
    ]

    /// Values of tapped nodes and the logits, in the order that the plan works in.
    private func run(
        _ graph: Graph, taps: Set<Int>, threads: Int = 2, store: ActivationStore = ActivationStore()
    ) throws -> [Int: [[Float]]] {
        let images = images(graph.inputShape)
        let size = graph.inputShape.reduce(1, *)
        let executor = Executor(
            plan: ExecutionPlan(graph, taps: taps), pool: WorkerPool(threads: threads), store: store)
        var found: [Int: [[Float]]] = [:]
        let logits = try executor.run(
            samples: samples,
            fill: { range, base in
                for (index, value) in images[(range.lowerBound * size)..<(range.upperBound * size)].enumerated() {
                    base[index] = value
                }
            },
            tapped: { node, matrix in found[node] = rows(matrix) })
        found[graph.nodes.count - 1] = rows(logits)
        return found
    }

    private func rows(_ matrix: FeatureMatrix) -> [[Float]] {
        (0..<matrix.rows).map { Array(UnsafeBufferPointer(start: matrix.row($0), count: matrix.columns)) }
    }

    /// Row-major values in an order of channels.
    private func ordered(_ values: [Float], _ shape: [Int], _ order: ChannelOrder) -> [Float] {
        guard shape.count == 3 else { return values }
        let (block, pixels) = (order.block(of: shape[0]), shape[1] * shape[2])
        return (0..<values.count).map { place in
            let channel = place / (pixels * block) * block + place % block
            return values[channel * pixels + place / block % pixels]
        }
    }

    @Test(arguments: networks)
    func everyNodeAgreesWithTheReference(make: @Sendable () throws -> Made) throws {
        let (graph, marks) = try make()
        // Once with whole chains fused, once with nothing fused, once as Lu et al. tap the stem.
        let relevant = Set(marks.values)
        let order = ExecutionPlan(graph, taps: []).order
        for taps in [relevant, Set(graph.nodes.indices), [], [marks["stem.convolution"]!]] {
            let found = try run(graph, taps: taps)
            #expect(Set(found.keys) == taps.union([graph.nodes.count - 1]))
            for sample in [0, samples - 1] {
                let size = graph.inputShape.reduce(1, *)
                let input = Array(images(graph.inputShape)[(sample * size)..<((sample + 1) * size)])
                let expected = try ReferenceExecutor.run(graph, input: input)
                for (node, values) in found {
                    let wanted = ordered(expected[node], graph.nodes[node].shape, order)
                    #expect(values[sample].count == wanted.count)
                    // Sums of hundreds of products are as exact as the largest of them lets them be.
                    let scale = wanted.reduce(1) { max($0, abs($1)) }
                    let worst = zip(values[sample], wanted).map { abs($0 - $1) / scale }.max() ?? .nan
                    #expect(worst < 2e-5, "node \(node) \(graph.nodes[node].name)")
                }
            }
        }
    }

    @Test func channelsStandInBlocksWhereTheyCan() throws {
        let orders = try Self.networks.map { ExecutionPlan(try $0().graph, taps: []).order }
        #expect(orders == [.last, .blocked, .last, .blocked])
    }

    @Test(arguments: networks)
    func threadsAndScratchFilesDoNotChangeABit(make: @Sendable () throws -> Made) throws {
        let (graph, marks) = try make()
        let taps = Set(marks.values)
        let one = try run(graph, taps: taps, threads: 1)
        #expect(try run(graph, taps: taps, threads: 2) == one)
        #expect(try run(graph, taps: taps, threads: 3, store: ActivationStore(budget: 0)) == one)
    }

    @Test func memoryIsGivenBackAndThePeakIsKnownBeforehand() throws {
        let (graph, marks) = try SmallNetwork.make()
        let plan = ExecutionPlan(graph, taps: Set(marks.values))
        let peak = try #require(plan.peakBytes(samples: samples))
        let store = ActivationStore(budget: peak)
        let executor = Executor(plan: plan, pool: WorkerPool(threads: 1), store: store)
        var highest = 0
        do {
            let logits = try executor.run(
                samples: samples, fill: { _, _ in },
                tapped: { _, _ in highest = max(highest, store.bytesInMemory) })
            #expect(store.bytesInMemory == logits.byteCount && store.bytesKept == logits.byteCount)
        }
        #expect(store.bytesInMemory == 0)
        #expect(highest > 0 && highest <= peak)
    }

    /// Memory and disk aren't one room: what doesn't fit into the one has to fit into the other as a whole.
    @Test func aValueStandsWhollyInMemoryOrOnTheDisk() throws {
        let (graph, marks) = try SmallNetwork.make()
        let plan = ExecutionPlan(graph, taps: Set(marks.values))
        let peak = try #require(plan.peakBytes(samples: samples))
        #expect(plan.fits(samples: samples, memory: peak, disk: 0))
        #expect(plan.fits(samples: samples, memory: 0, disk: peak))
        #expect(!plan.fits(samples: samples, memory: peak - 1, disk: 0))
        #expect(!plan.fits(samples: samples, memory: 0, disk: peak - 1))
        // At the peak there are two values of this size; the disk takes one, and memory lacks a number for the other.
        let largest = 256 * 4 * 9 * 6 * MemoryLayout<Float>.stride
        #expect(peak == 2 * largest)
        #expect(!plan.fits(samples: samples, memory: largest - 4, disk: largest + 4))
        #expect(!plan.fits(samples: .max, memory: .max, disk: .max))
    }

    @Test func whatDoesNotFitSaysWhatWould() throws {
        let (graph, _) = try SmallNetwork.make()
        let plan = ExecutionPlan(graph, taps: [])
        let store = ActivationStore(budget: 0, folder: "/nonexistent/folder")
        let executor = Executor(plan: plan, pool: WorkerPool(threads: 1), store: store)
        #expect(
            throws: ExecutionError.activationsTooLarge(
                samples: 10, bytes: plan.peakBytes(samples: 10)! + plan.scratchBytes(workers: 1), available: 0,
                largest: 0)
        ) { try executor.checkRoom(samples: 10) }

        let roomy = ActivationStore(
            budget: plan.peakBytes(samples: 512)! + plan.scratchBytes(workers: 1), folder: "/nonexistent/folder")
        let other = Executor(plan: plan, pool: WorkerPool(threads: 1), store: roomy)
        try other.checkRoom(samples: 512)
        // Rows come in multiples of 256, so 512 is the most that fits.
        #expect(
            throws: ExecutionError.activationsTooLarge(
                samples: 4000, bytes: plan.peakBytes(samples: 4000)! + plan.scratchBytes(workers: 1),
                available: roomy.available, largest: 512)
        ) { try other.checkRoom(samples: 4000) }
        #expect(plan.peakBytes(samples: .max) == nil)
    }

    @Test func cancellingStopsBetweenItems() throws {
        let (graph, _) = try SmallNetwork.make()
        let executor = Executor(
            plan: ExecutionPlan(graph, taps: []), pool: WorkerPool(threads: 2), store: ActivationStore())
        let cancellation = Cancellation()
        #expect(throws: KernelError.cancelled) {
            _ = try executor.run(
                samples: 400, cancellation: cancellation, fill: { _, _ in },
                progress: { if $0 > 0.3 { cancellation.cancel() } }, tapped: { _, _ in })
        }
    }

    @Test func progressEndsAtOne() throws {
        let (graph, _) = try SmallNetwork.make()
        let executor = Executor(
            plan: ExecutionPlan(graph, taps: []), pool: WorkerPool(threads: 1), store: ActivationStore())
        let seen = Mutex<[Double]>([])
        _ = try executor.run(
            samples: 40, fill: { _, _ in }, progress: { value in seen.withLock { $0.append(value) } },
            tapped: { _, _ in })
        let values = seen.withLock { $0 }
        #expect(values == values.sorted())
        #expect(abs(try #require(values.last) - 1) < 1e-12)
    }
}
