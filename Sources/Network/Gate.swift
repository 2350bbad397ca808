extension Graph {
    /// The convolutions inside gates (squeeze-and-excitation, Hu et al. 2018, doi:10.1109/CVPR.2018.00745): on the way from
    /// the pool that makes a 1×1 map of a tensor to the product with that tensor. O(nodes of the gates).
    var gateConvolutions: Set<Int> {
        var found: Set<Int> = []
        for node in nodes where node.operation == .combine(.product) && node.inputs.count == 2 {
            for (gated, gate) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])] {
                found.formUnion(gateNodes(from: gated, to: gate).filter { nodes[$0].operation.isConvolution })
            }
        }
        return found
    }

    /// What `gate` depends on behind `gated`; nothing where there is more on the way than rows and 1×1 maps.
    private func gateNodes(from gated: Int, to gate: Int) -> Set<Int> {
        var found: Set<Int> = []
        var pending = [gate]
        while let next = pending.popLast() {
            guard next != gated, !found.contains(next) else { continue }
            // Inputs come before what takes them, so what lies before the gated tensor cannot depend on it.
            guard next > gated, nodes[next].shape.dropFirst().allSatisfy({ $0 == 1 }) else { return [] }
            found.insert(next)
            pending += nodes[next].inputs
        }
        return found
    }
}
