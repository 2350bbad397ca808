import Execution
import Kernels
import Network

/// How a cut network is fitted.
public struct ReconstructionOptions: Sendable, Equatable {
    /// The ridge as a share of the normal matrix' mean diagonal. What layers do for those behind is kept better by one that is
    /// larger than what predicts their own values best.
    public var ridge = 0.05
    /// Whether layers inside of units are fitted as well, to what they put out in the whole network; else their BatchNorms
    /// get the statistics of what they now take.
    public var fitsInner = true
    /// How often layers before a ReLU are fitted, each time to what counts behind it by the last fit; 0 for once, as if there
    /// were none.
    public var rounds = 4
    /// Rows that are drawn for each unknown, and the least of them.
    public var rowsPerUnknown = 128
    public var leastRows = 65_536
    /// Unknowns and outputs of the largest layer that is fitted.
    public var mostColumns = 8192

    public init() {}
}

/// A network without some of its units, whose remaining layers are fitted to do what the whole one does: no labels, no
/// training.
///
/// Layer by layer, each convolution with its normalisation is fitted by least squares so that, on the cut network's own
/// values, it puts out what the *whole* network has behind it and behind the run of cut units that follows; the
/// classifier is fitted to the whole network's scores. (He et al., *Channel Pruning for Accelerating Very Deep Neural
/// Networks*, ICCV 2017, does so for channels.)
public struct Reconstruction: Sendable {
    /// The cut graph with fitted parameters.
    public let graph: Graph
    /// Layers that were fitted, by name, in order.
    public let fitted: [String]
    /// Layers that stay as they were, and why.
    public let left: [(layer: String, reason: String)]
    /// Scores of the calibration images by the whole network and by the fitted one, N × classes.
    public let wanted, scores: FeatureMatrix
    /// Operations of the whole graph's nodes that have other parameters here.
    let operations: [Int: Operation]

    /// The fewest images that anything can be fitted on.
    public static let leastImages = 10

    /// - Parameters:
    ///   - whole: the network before the cut.
    ///   - cut: the same without some units.
    ///   - images: how many there are.
    ///   - fill: writes a range of images, normalised; called from workers.
    ///   - progress: called with the share of layers done.
    /// - Throws: `ReconstructionError`; `KernelError`; what `fill` throws.
    /// - Complexity: two forward passes, and O(rows · unknowns² + unknowns³) for each layer behind the first unit cut. Memory
    ///   grows with the images by no more than the activations alive.
    public init(
        of whole: Graph, cut: CutGraph, images: Int, options: ReconstructionOptions = ReconstructionOptions(),
        pool: WorkerPool, store: ActivationStore, cancellation: Cancellation? = nil,
        fill: @escaping ForwardPass.Fill, progress: (Double) -> Void = { _ in }
    ) throws {
        try self.init(
            of: whole, cut: cut, from: Start(), images: images, options: options, pool: pool, store: store,
            cancellation: cancellation, fill: fill, progress: progress)
    }

    /// What is known before.
    struct Start {
        /// Operations of the whole graph's nodes that have been fitted to another cut.
        var operations: [Int: Operation] = [:]
        /// The whole network's scores.
        var wanted: FeatureMatrix?
    }

    /// The same on the way from one cut to another.
    init(
        of whole: Graph, cut: CutGraph, from start: Start, images: Int, options: ReconstructionOptions,
        pool: WorkerPool, store: ActivationStore, cancellation: Cancellation?, fill: @escaping ForwardPass.Fill,
        progress: (Double) -> Void = { _ in }
    ) throws {
        guard images >= Self.leastImages else { throw ReconstructionError.tooFewImages(images) }
        var working = try WorkingGraph(cut, of: whole)
        var known: [Int: Operation] = [:]
        for (place, node) in working.origins.enumerated() { known[place] = start.operations[node] }
        if !known.isEmpty { try working.replace(known) }
        let sites = FitSite.all(in: working, whole: whole)
        var taps: Set<Int> = []
        for site in sites {
            taps.formUnion([site.input, site.layer - 1])
            if let shortcut = site.shortcut { taps.insert(shortcut) }
        }
        func executor(_ graph: Graph, _ taps: Set<Int>) throws -> Executor {
            let executor = Executor(plan: ExecutionPlan(graph, taps: taps), pool: pool, store: store)
            try executor.checkRoom(samples: images)
            return executor
        }
        let nodes = sites.map(\.target)
        var aims = Targets(
            nodes, images: images, known: start.wanted.map { [whole.nodes.count - 1: $0] } ?? [:],
            ForwardPass(
                try executor(whole, Set(nodes)), samples: images, cancellation: cancellation, fill: fill))
        var forward = ForwardPass(
            try executor(working.graph, taps), samples: images, cancellation: cancellation, fill: fill)
        defer {
            forward.close()
            aims.close()
        }
        var reached = -1
        let scratch = GramScratch()
        var fitted: [String] = []
        var left: [(layer: String, reason: String)] = []
        for (index, site) in sites.enumerated() {
            progress(Double(index) / Double(sites.count))
            let target = try aims.value(of: site.target)
            while reached < site.layer - 1, let (node, _) = try forward.next() { reached = node }
            let name = working.graph.nodes[site.layer].name
            guard let map = LinearMap(site, in: working.graph), let input = forward.value(of: site.input) else {
                left.append((name, "it is of no kind that can be fitted"))
                continue
            }
            func values(_ node: Int, _ matrix: FeatureMatrix) -> RowSource.Values {
                RowSource.Values(matrix, shape: working.graph.nodes[node].shape, order: forward.plan.order)
            }
            let rows = RowSource(
                map: map, input: values(site.input, input),
                shortcut: site.shortcut.flatMap { node in forward.value(of: node).map { values(node, $0) } },
                target: RowSource.Values(target, shape: whole.nodes[site.target].shape, order: aims.pass.plan.order),
                bounds: site.bounds)
            let fit = LayerFit(
                rows: rows, site: site, graph: working.graph, options: options, pool: pool, scratch: scratch,
                cancellation: cancellation)
            switch try fit.run(images: images) {
            case .fitted(let operations):
                try working.replace(operations)
                forward.take(working.graph)
                fitted.append(name)
            case .left(let reason): left.append((name, reason.description))
            }
        }
        scores = try forward.end()
        wanted = if let known = start.wanted { known } else { try aims.end() }
        var operations: [Int: Operation] = [:]
        for (place, node) in working.cutNodes.enumerated() where node > 0 {
            operations[node] = working.graph.nodes[place].operation
        }
        graph = try cut.graph.replacing(operations)
        self.operations = Dictionary(
            operations.map { (cut.origins[$0.key], $0.value) }.filter { whole.nodes[$0.0].operation != $0.1 }
        ) { first, _ in first }
        (self.fitted, self.left) = (fitted, left)
    }
}

/// Why nothing can be fitted.
public enum ReconstructionError: Error, Equatable, CustomStringConvertible {
    case tooFewImages(Int)

    public var description: String {
        switch self {
        case .tooFewImages(let images):
            "\(images) calibration image\(images == 1 ? " is" : "s are") too few to fit layers on: "
                + "give \(Reconstruction.leastImages) or more"
        }
    }
}

extension LayerFit.Reason: CustomStringConvertible {
    var description: String {
        switch self {
        case .tooManyUnknowns(let count): "it has \(count) unknowns for each output"
        case .unsolvable: "its normal equations have no finite solution"
        }
    }
}

/// Values of the whole network that layers are fitted to, each when its turn comes.
private struct Targets: ~Copyable {
    private(set) var pass: ForwardPass
    /// How many layers still ask for each node.
    private var wanted: [Int: Int]
    /// Values that came before their turn.
    private var kept: [Int: FeatureMatrix] = [:]
    private let images: Int

    /// - Parameter known: values that there is no need to go on for.
    init(_ nodes: [Int], images: Int, known: [Int: FeatureMatrix], _ pass: consuming ForwardPass) {
        self.pass = pass
        kept = known
        wanted = Dictionary(nodes.map { ($0, 1) }, uniquingKeysWith: +)
        self.images = images
    }

    /// A node's value, which stands until the next call.
    mutating func value(of node: Int) throws -> FeatureMatrix {
        wanted[node, default: 1] -= 1
        if let value = kept[node] {
            if wanted[node] == 0 { kept[node] = nil }
            return value
        }
        while let (found, value) = try pass.next() {
            let isFound = found == node
            if wanted[found, default: 0] > 0 {
                let copy = try pass.executor.store.allocate(rows: images, columns: value.columns)
                copy.base.update(from: value.base, count: images * value.columns)
                kept[found] = copy
            }
            if isFound { return value }
        }
        throw KernelError.allocation(bytes: 0, reason: "the network has no node \(node)")
    }

    mutating func end() throws -> FeatureMatrix { try pass.end() }

    mutating func close() {
        kept = [:]
        pass.close()
    }
}
