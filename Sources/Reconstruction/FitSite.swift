import Network

/// A convolution or fully connected layer that is fitted, with what belongs to it.
struct FitSite {
    /// Nodes of the working graph: the layer itself, what it takes, and the last one whose value is fitted, behind its
    /// normalisation and sum and before its activation.
    let layer, input, end: Int
    /// The normalisation or scaling behind it.
    let scaling: Int?
    /// What is added to it.
    let shortcut: Int?
    /// Beyond which values its activation keeps nothing of a value but its side.
    let bounds: ClosedRange<Float>?
    /// The node of the whole graph whose value it is to have.
    let target: Int
    /// Whether it is to do what it did before, and adds to nothing.
    let isInner: Bool

    /// All layers whose input or aim the cut has changed, in order.
    static func all(in working: WorkingGraph, whole: Graph) -> [FitSite] {
        var isChanged = working.isChanged
        var sites: [FitSite] = []
        for node in working.graph.nodes.indices {
            isChanged[node] = isChanged[node] || working.graph.nodes[node].inputs.contains { isChanged[$0] }
            guard let site = FitSite(node, in: working, whole: whole) else { continue }
            let isMoved = site.target != working.origins[site.end]
            guard
                isMoved || isChanged[site.input] || site.shortcut.map({ isChanged[$0] }) == true
                    || working.isChanged[site.layer]
            else { continue }
            isChanged[site.end] = true
            sites.append(site)
        }
        return sites
    }

    private init?(_ layer: Int, in working: WorkingGraph, whole: Graph) {
        let nodes = working.graph.nodes
        switch nodes[layer].operation {
        case .convolution: break
        case .linear: guard nodes[layer].shape.count == 1 else { return nil }
        default: return nil
        }
        /// The only reader of a node.
        func follower(_ node: Int) -> Int? { working.consumers[node].count == 1 ? working.consumers[node][0] : nil }
        var end = layer
        var (scaling, shortcut): (Int?, Int?) = (nil, nil)
        if let next = follower(end), nodes[next].operation.isScaling { (scaling, end) = (next, next) }
        if let next = follower(end), nodes[next].operation == .add,
            let other = nodes[next].inputs.first(where: { $0 != end }), other < layer
        {
            (shortcut, end) = (other, next)
        }
        var (output, activation): (Int, Activation?) = (end, nil)
        if let next = follower(end), case .activation(let function) = nodes[next].operation {
            (output, activation) = (next, function)
        }
        var target = working.origins[end]
        let last = working.standsFor[output]
        if last != working.origins[output] {
            // The last unit of a run that is cut has to end as this one does, or else there is nothing to aim at.
            if activation == nil {
                target = last
            } else if whole.nodes[last].operation == nodes[output].operation {
                target = whole.nodes[last].inputs[0]
            }
        }
        (self.layer, input, self.end) = (layer, nodes[layer].inputs[0], end)
        (self.scaling, self.shortcut, self.target) = (scaling, shortcut, target)
        isInner = target == working.origins[end] && shortcut == nil && scaling != nil
        bounds =
            switch activation {
            case .relu: 0...Float.infinity
            case .clip(let low, let high) where low < high: low...high
            default: nil
            }
    }
}

extension Operation {
    fileprivate var isScaling: Bool {
        switch self {
        case .batchNormalization, .affine: true
        default: false
        }
    }
}
