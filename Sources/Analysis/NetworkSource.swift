import Execution
import Kernels
import Network
import Separation

/// A network's layers are computed, all samples going through one before the next.
extension AnalysisInput: LayerSource {
    public var provenance: Provenance {
        Provenance(
            checkpoint: checkpoint, checkpointHash: checkpointHash, architecture: network.architecture,
            parameters: network.parameters, data: images.source, dataHash: images.hash, classes: images.classNames,
            order: images.order, normalization: normalization, network: description)
    }

    private var description: NetworkDescription {
        var description = network.description
        description.cut = cut
        return description
    }

    public var layers: [LayerDescription] { network.layers.map(LayerDescription.init) }

    public var labels: [Int] { images.labels }

    public func thumbnail(_ sample: Int) -> Thumbnail? {
        images.thumbnail(sample, mostExtent: Thumbnail.mostExtent).flatMap {
            Thumbnail(channels: $0.channels, height: $0.height, width: $0.width, pixels: $0.pixels)
        }
    }

    public func checkRoom(_ pass: LayerPass) throws { try network.executor(pass).checkRoom(samples: pass.samples) }

    public func staysInMemory(_ pass: LayerPass) -> Bool {
        network.executor(pass).staysInMemory(samples: pass.samples)
    }

    public func forwardWork(_ pass: LayerPass) -> Double {
        ProgressMeter.forwardWeight * network.executor(pass).plan.cost * Double(pass.samples)
    }

    public func run(
        _ pass: LayerPass, progress: @escaping @Sendable (Double) -> Void,
        handOut: (Int, LayerValue, FeatureMatrix) throws -> Void
    ) throws -> [Int]? {
        let logits = try network.executor(pass).run(
            samples: pass.samples, cancellation: pass.cancellation, fill: { try fill($0, $1) }, progress: progress,
            tapped: { node, matrix in
                for (index, layer) in network.layers.enumerated() where !pass.skipped.contains(index) {
                    if pass.luProtocol, network.ownProtocolTap(layer) == node {
                        try handOut(index, .protocolValue, matrix)
                    }
                    if layer.output == node { try handOut(index, .output, matrix) }
                }
            })
        if let image = logits.firstRowNotFinite { throw AnalysisError.scores(image: image) }
        return logits.predictions
    }
}

extension Network {
    /// The node whose value Lu et al.'s Q is taken of; inside a block, where they look at none, the layer's own.
    fileprivate func ownProtocolTap(_ layer: Layer) -> Int { layer.isBlock ? protocolTap(of: layer) : layer.output }

    /// Layers that are skipped are tapped all the same: what is fused must not depend on where a run was stopped.
    func executor(_ pass: LayerPass) -> Executor {
        var taps = Set(layers.map(\.output))
        if pass.luProtocol { taps.formUnion(layers.map(ownProtocolTap)) }
        return Executor(plan: ExecutionPlan(graph, taps: taps), pool: pass.pool, store: pass.store)
    }

    /// Without a look at any layer.
    func executor(pool: WorkerPool, store: ActivationStore) -> Executor {
        Executor(plan: ExecutionPlan(graph, taps: []), pool: pool, store: store)
    }
}

extension Network {
    /// Units and costs, as a run keeps them.
    public var description: NetworkDescription {
        NetworkDescription(
            imageShape: graph.inputShape, multiplyAdds: multiplyAdds,
            units: units.map { unit in
                UnitDescription(
                    name: unit.name, layers: unit.layers, outputLayer: unit.outputLayer, inputLayer: unit.inputLayer,
                    parameters: unit.parameters, multiplyAdds: unit.multiplyAdds,
                    obstacle: unit.obstacle?.description)
            })
    }
}

extension LayerDescription {
    fileprivate init(_ layer: Layer) {
        self.init(
            name: layer.name, shape: layer.shape, parameters: layer.parameters, isBlock: layer.isBlock,
            multiplyAdds: layer.multiplyAdds)
    }
}
