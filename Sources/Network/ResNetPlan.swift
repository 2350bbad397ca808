/// The structure of a CIFAR ResNet (He et al. 2016, doi:10.1109/CVPR.2016.90) as the names and shapes of its parameters
/// tell it: 3×3 stem without pooling, stages of basic or bottleneck blocks, mean over each map, linear head.
/// From the second stage on, the first block has stride 2, in a bottleneck on its 3×3 convolution.
struct ResNetPlan: Equatable {
    /// A convolution without bias, padded to keep the map's size at stride 1, and its BatchNorm.
    struct NormalizedConvolution: Equatable {
        var name: String
        var normalization: String
        var inputChannels: Int
        var outputChannels: Int
        var kernel: Int
        var stride = 1
    }

    enum Shortcut: Equatable {
        case identity
        /// Option A: no parameters.
        case subsample(stride: Int, channelsPerSide: Int)
        /// Option B.
        case projection(NormalizedConvolution)
    }

    struct Block: Equatable {
        var name: String
        var convolutions: [NormalizedConvolution]
        var shortcut: Shortcut
        var outputChannels: Int
    }

    struct Head: Equatable {
        var name: String
        var inputs: Int
        var outputs: Int
        var hasBias: Bool
        /// A 1×1 convolution after the pool does the same; its weight has two more axes.
        var isConvolution: Bool
    }

    var stem: NormalizedConvolution
    var stages: [[Block]]
    var head: Head

    var convolutions: [NormalizedConvolution] {
        [stem] + stages.joined().flatMap { $0.convolutions + $0.projections }
    }

    /// Every parameter with its shape, in the order of the graph.
    var parameters: [(name: String, dims: [Int])] {
        let statistics = ["weight", "bias", "running_mean", "running_var"]
        var parameters = convolutions.flatMap { convolution -> [(name: String, dims: [Int])] in
            let (output, kernel) = (convolution.outputChannels, convolution.kernel)
            return [("\(convolution.name).weight", [output, convolution.inputChannels, kernel, kernel])]
                + statistics.map { ("\(convolution.normalization).\($0)", [output]) }
        }
        parameters.append(
            ("\(head.name).weight", [head.outputs, head.inputs] + (head.isConvolution ? [1, 1] : [])))
        if head.hasBias { parameters.append(("\(head.name).bias", [head.outputs])) }
        return parameters
    }
}

extension ResNetPlan.Block {
    fileprivate var projections: [ResNetPlan.NormalizedConvolution] {
        if case .projection(let projection) = shortcut { [projection] } else { [] }
    }
}
