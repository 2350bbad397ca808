/// The structure of a VGG (Simonyan & Zisserman 2015, arXiv:1409.1556): 3×3 convolutions, each with a ReLU and perhaps a
/// BatchNorm, max-pools of 2×2 between some of them, and one to three fully connected layers.
struct VGGPlan: Equatable {
    /// Convolutions by the pools between them.
    var groups: [[PlannedConvolution]]
    var ending: Ending
    /// Whether the parameters leave open how many pools there are behind the last convolution.
    var isEndingOpen = false
    var head: [PlannedLinear]

    /// What lies between the last convolution and the head, which takes a row.
    struct Ending: Equatable {
        /// More than one where convolutions between them were cut.
        var pools: Int
        /// Rows and columns that maps are averaged to, whatever their size; nil where they are left as they are.
        var average: Int?
    }

    /// As a plan of steps.
    var network: NetworkPlan {
        var steps: [PlanStep] = []
        for (index, group) in groups.enumerated() {
            for convolution in group { steps += [.convolution(convolution), .relu("\(convolution.name).relu")] }
            for number in 0..<(index < groups.count - 1 ? 1 : ending.pools) {
                steps.append(
                    .plain("pool\(index + number + 1)", .pool(Pool(.maximum, kernel: (2, 2), stride: (2, 2)))))
            }
        }
        if let extent = ending.average {
            steps.append(.plain("avgpool", .adaptiveAveragePool(height: extent, width: extent)))
        }
        steps.append(.flatten("flatten"))
        for (index, linear) in head.enumerated() {
            if index > 0 { steps.append(.relu("\(head[index - 1].name).relu")) }
            steps.append(.linear(linear))
        }
        return NetworkPlan(
            architecture: architecture, inputChannels: groups.first?.first?.inputChannels ?? 3, steps: steps)
    }

    /// For people: `vgg16_bn`; `vgg11`; a pruned one by its convolutions between pools, `vgg_bn, blocks 2-2-3-1-1`. Widths
    /// are those of the last convolution of each block.
    private var architecture: String {
        let counts = groups.map(\.count)
        let suffix = groups.first?.first?.normalization == nil ? "" : "_bn"
        let depths: [[Int]: Int] = [
            [1, 1, 2, 2, 2]: 11, [2, 2, 2, 2, 2]: 13, [2, 2, 3, 3, 3]: 16, [2, 2, 4, 4, 4]: 19,
        ]
        var name: String
        if let depth = depths[counts] {
            let widths = groups.map { $0.map(\.outputChannels) }
            name = "vgg\(depth)\(suffix)"
            if zip(widths, [64, 128, 256, 512, 512]).contains(where: { $0 != Array(repeating: $1, count: $0.count) }) {
                name += ", widths \(listed(widths.compactMap(\.last)))"
            }
        } else {
            name = "vgg\(suffix), blocks \(listed(counts))"
        }
        switch ending.pools {
        case 0: name += ", no pool at the end"
        case 1: name += isEndingOpen ? ", pool at the end" : ""
        default: name += ", \(ending.pools) pools at the end"
        }
        return name
    }
}
