import Kernels
import Network

/// A network cut into steps: convolutions with batch normalisation, sum and ReLU fused, in an order that can be carried out.
///
/// Steps are gathered in segments. All samples go through one segment, batch by batch, before the next begins; a segment
/// ends where a value is wanted of all samples.
public struct ExecutionPlan: Sendable {
    let steps: [Step]
    let segments: [Segment]
    /// Nodes whose values are wanted, hence not fused away.
    public let taps: Set<Int>
    public let inputShape: [Int]
    let outputNode: Int
    /// For each node whose value exists, the last step that reads it.
    let lastUse: [Int: Int]
    /// For each node whose value outlives its segment, how many values a sample has there.
    let kept: [Int: Int]
    /// How the channels of images stand.
    public let order: ChannelOrder

    /// Channels stand in blocks where all steps suit that.
    /// - Parameter taps: nodes whose values are to be handed out while running.
    public init(_ graph: Graph, taps: Set<Int>) {
        var fusion = Fusion(graph: graph, taps: taps)
        let steps = fusion.steps()
        let outputNode = graph.nodes.count - 1
        var lastUse: [Int: Int] = [:]
        for (index, step) in steps.enumerated() {
            for input in step.inputs { lastUse[input] = index }
        }
        lastUse[outputNode] = steps.count

        var ranges: [Range<Int>] = taps.contains(0) ? [0..<0] : []
        var start = 0
        for (index, step) in steps.enumerated() where taps.contains(step.output) || index == steps.count - 1 {
            ranges.append(start..<(index + 1))
            start = index + 1
        }
        var kept: [Int: Int] = [:]
        func keep(_ node: Int, _ shape: [Int], after end: Int) {
            guard taps.contains(node) || lastUse[node, default: 0] >= end else { return }
            kept[node] = shape.reduce(1, *)
        }
        keep(0, graph.inputShape, after: ranges.first?.upperBound ?? 0)
        for range in ranges {
            for step in steps[range] { keep(step.output, step.outputShape, after: range.upperBound) }
        }
        segments = ranges.enumerated().map { index, range in
            Segment(
                range, of: steps, lastUse: lastUse, kept: Set(kept.keys),
                input: index == 0 ? graph.inputShape.reduce(1, *) : nil)
        }
        order = steps.allSatisfy(\.suitsBlocks) ? .blocked : .last
        self.steps = steps
        self.taps = taps
        self.outputNode = outputNode
        self.lastUse = lastUse
        self.kept = kept
        inputShape = graph.inputShape
    }

    /// For each value of a node in row-major order, where it stands in a row of the node's matrix.
    public func places(of shape: [Int]) -> [Int32] { StoredOrder(channels: order).places(of: shape) }

    /// Multiply-adds of one sample through the whole network.
    public var cost: Double { steps.reduce(0) { $0 + $1.cost } }

    /// Bytes of activations that exist at once when so many samples go through, at the worst segment; nil where too many
    /// to count. The workers' scratch memory comes on top.
    public func peakBytes(samples: Int) -> Int? {
        guard let changes = changes(samples: samples) else { return nil }
        var (live, peak) = (0, 0)
        for change in changes {
            let (sum, overflow) = live.addingReportingOverflow(change.isTaken ? change.bytes : -change.bytes)
            guard !overflow else { return nil }
            live = sum
            peak = max(peak, live)
        }
        return peak
    }

    /// Whether the activations of so many samples have room where each value stands wholly in memory, as long as there is
    /// room for it, or wholly on the disk.
    func fits(samples: Int, memory: Int, disk: Int) -> Bool {
        guard let changes = changes(samples: samples) else { return false }
        var room = (memory: memory, disk: disk)
        var isInMemory: [Int: Bool] = [:]
        for change in changes {
            let inMemory = isInMemory[change.node] ?? (change.bytes <= room.memory)
            isInMemory[change.node] = change.isTaken ? inMemory : nil
            let bytes = change.isTaken ? change.bytes : -change.bytes
            if inMemory { room.memory -= bytes } else { room.disk -= bytes }
            if room.disk < 0 { return false }
        }
        return true
    }

    /// Memory of a kept value taken or given back.
    private struct Change {
        /// The value that the memory was taken for, whichever it holds now.
        var node: Int
        var bytes: Int
        var isTaken: Bool
    }

    /// What becomes of memory, in its order; nil where a value has more bytes than can be counted.
    private func changes(samples: Int) -> [Change]? {
        var sizes: [Int: Int] = [:]
        for (node, columns) in kept {
            guard let bytes = FeatureMatrix.byteCount(rows: samples, columns: columns) else { return nil }
            sizes[node] = bytes
        }
        var changes: [Change] = []
        // For each value, whose memory it stands in, and how many values stand in one.
        var owners: [Int: Int] = [:]
        var users: [Int: Int] = [:]
        for (index, segment) in segments.enumerated() {
            for node in newlyKept(in: index) {
                let owner = replaced(by: node, in: segment).flatMap { owners[$0] } ?? node
                owners[node] = owner
                users[owner, default: 0] += 1
                if owner == node { changes.append(Change(node: node, bytes: sizes[node] ?? 0, isTaken: true)) }
            }
            for node in released(after: index) {
                guard let owner = owners.removeValue(forKey: node) else { continue }
                users[owner, default: 1] -= 1
                if users[owner] == 0 {
                    changes.append(Change(node: owner, bytes: sizes[owner] ?? 0, isTaken: false))
                }
            }
        }
        return changes
    }

    /// Bytes of scratch memory that so many workers need at the worst segment; the greatest `Int` where too many to count.
    public func scratchBytes(workers: Int) -> Int {
        let most = segments.reduce(0) { most, segment in
            let (values, overflow) = segment.scratch.multipliedReportingOverflow(by: Executor.batch)
            let (sum, tooMany) = values.addingReportingOverflow(workspace(of: segment))
            return max(most, overflow || tooMany ? .max : sum)
        }
        let (bytes, overflow) = most.multipliedReportingOverflow(by: workers * MemoryLayout<Float>.stride)
        return overflow ? .max : bytes
    }

    /// Values of working memory that a worker wants at a segment.
    func workspace(of segment: Segment) -> Int {
        let input = segment.steps.lowerBound == 0 ? Executor.batch * inputShape.reduce(1, *) : 0
        return steps[segment.steps].reduce(input) { max($0, $1.workspace(order: order)) }
    }

    /// Nodes whose values come to be in a segment and outlive it.
    func newlyKept(in segment: Int) -> [Int] {
        let outputs = segments[segment].steps.map { steps[$0].output }
        return ((segment == 0 ? [0] : []) + outputs).filter { kept[$0] != nil }
    }

    /// The kept value whose memory another one takes over, as nobody reads it afterwards.
    func replaced(by node: Int, in segment: Segment) -> Int? {
        guard let index = segment.steps.first(where: { steps[$0].output == node }) else { return nil }
        return steps[index].replaceableInputs.first { lastUse[$0] == index && kept[$0] == kept[node] }
    }

    /// Kept values that nobody reads behind a segment.
    func released(after segment: Int) -> [Int] {
        let end = segments[segment].steps.upperBound
        let born = segments[...segment].indices.flatMap(newlyKept)
        return born.filter { $0 != outputNode && lastUse[$0, default: -1] < end }
    }
}

/// Steps that a batch of samples goes through in one go.
struct Segment: Sendable {
    let steps: Range<Int>
    /// Where the values stand that do not outlive the segment: how many values of scratch memory a sample has before them.
    let places: [Int: Int]
    /// Values of scratch memory a sample takes.
    let scratch: Int

    /// - Parameter input: values of the network's input, where the segment is the first.
    init(_ range: Range<Int>, of steps: [Step], lastUse: [Int: Int], kept: Set<Int>, input: Int?) {
        self.steps = range
        var slots = Slots()
        if let input, !kept.contains(0) { slots.take(0, size: input) }
        for index in range {
            let step = steps[index]
            if !kept.contains(step.output) {
                let replaced = step.replaceableInputs.first { lastUse[$0] == index && slots.slotOf[$0] != nil }
                slots.take(step.output, size: step.outputShape.reduce(1, *), insteadOf: replaced)
            }
            for input in step.inputs where lastUse[input] == index { slots.release(input) }
            if lastUse[step.output] == nil { slots.release(step.output) }
        }
        var starts: [Int] = []
        var end = 0
        for size in slots.sizes {
            starts.append(end)
            let (sum, overflow) = end.addingReportingOverflow(size)
            end = overflow ? .max : sum
        }
        scratch = end
        places = slots.history.mapValues { starts[$0] }
    }

    /// Pieces of scratch memory that values take in turns.
    private struct Slots {
        var sizes: [Int] = []
        /// The slot of each value that is alive.
        var slotOf: [Int: Int] = [:]
        /// The slot of each value there ever was.
        var history: [Int: Int] = [:]
        private var free: Set<Int> = []

        mutating func take(_ node: Int, size: Int, insteadOf replaced: Int? = nil) {
            let slot: Int
            if let replaced, let taken = slotOf.removeValue(forKey: replaced) {
                slot = taken
            } else if let best = free.min(by: { waste($0, size) < waste($1, size) }) {
                free.remove(best)
                slot = best
            } else {
                slot = sizes.count
                sizes.append(0)
            }
            sizes[slot] = max(sizes[slot], size)
            (slotOf[node], history[node]) = (slot, slot)
        }

        mutating func release(_ node: Int) {
            if let slot = slotOf.removeValue(forKey: node) { free.insert(slot) }
        }

        /// The nearest size first, the lower number among equals.
        private func waste(_ slot: Int, _ size: Int) -> (Int, Int) { (abs(sizes[slot] - size), slot) }
    }
}
