extension ResNetPlan {
    /// For people: `resnet56, option A`; `resnet18`; a pruned one by its block counts, `resnet, blocks 9-8-6, option A`.
    /// What else is special follows: widths, the ImageNet stem, and the pool behind the stem where that is open.
    var architecture: String {
        let counts = stages.map(\.count)
        let isBottleneck = stages.joined().first?.convolutions.count == 3
        let widths = stages.compactMap { $0.first?.convolutions.first?.outputChannels }
        let option = self.option
        var name = isPreActivation ? "preactresnet" : "resnet"
        var usualWidths: [Int]?
        var usualOption: String?
        if let depth = Self.depth(ofBlocks: counts, isBottleneck: isBottleneck) {
            name += "\(depth)"
            usualWidths = [64, 128, 256, 512]
            usualOption = "option B"
        } else if counts.count == 3, Set(counts).count == 1, !isBottleneck {
            name += "\(6 * counts[0] + 2)"
            usualWidths = [16, 32, 64]
        } else {
            name += ", \(isBottleneck ? "bottleneck " : "")blocks \(listed(counts))"
        }
        if let option, option != usualOption { name += ", \(option)" }
        if let usualWidths, widths != usualWidths { name += ", widths \(listed(widths))" }
        if entry == .imageNet { name += ", imagenet stem" }
        if isEntryOpen { name += entry == .pooled ? ", pool after the stem" : ", no pool after the stem" }
        return name
    }

    /// How shapes are matched where they change; nil where they never do.
    private var option: String? {
        let shortcuts = stages.joined().map(\.shortcut)
        if shortcuts.contains(where: { if case .projection = $0 { true } else { false } }) { return "option B" }
        return shortcuts.contains { $0 != .identity } ? "option A" : nil
    }

    /// The depths of He et al.'s Table 1 by their block counts.
    private static func depth(ofBlocks counts: [Int], isBottleneck: Bool) -> Int? {
        switch (counts, isBottleneck) {
        case ([2, 2, 2, 2], false): 18
        case ([3, 4, 6, 3], false): 34
        case ([3, 4, 6, 3], true): 50
        case ([3, 4, 23, 3], true): 101
        case ([3, 8, 36, 3], true): 152
        default: nil
        }
    }
}

/// `2-2-2-2`.
func listed(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "-") }
