/// The collections' spellings of a ResNet's parts, and how many there are of each, read off the parameters' names.
struct ResNetNames {
    /// Whether parts are called `conv2_x.0.residual_function.0`, by their numbers, instead of `layer1.0.conv1`.
    let isNumbered: Bool
    /// Blocks of each stage; gaps in the numbers count as blocks, so that what is missing is noticed. The first stage, whose
    /// blocks may all have been cut, alone can be empty.
    let blockCounts: [Int]
    let isBottleneck: Bool
    /// Whether BatchNorm and ReLU come before each convolution: then none follows the stem.
    let isPreActivation: Bool
    /// `shortcut` or `downsample`; nil where no shortcut has parameters.
    let shortcut: String?
    /// `linear` or `fc`.
    let head: String

    init(_ table: ParameterTable) throws(NetworkError) {
        isNumbered = table.has(prefix: "conv2_x.") || table.has(prefix: "conv3_x.")
        var counts: [Int: Int] = [:]
        var parts: Set<Substring> = []
        for name in table.names {
            let path = name.split(separator: ".", omittingEmptySubsequences: false)
            guard path.count > 3, let stage = Self.stage(path[0], isNumbered: isNumbered), stage > 0,
                let block = Int(path[1]), block >= 0
            else { continue }
            // More blocks than there are names cannot be meant; such a number is left over, not counted up to.
            guard stage <= table.names.count, block < table.names.count else { continue }
            counts[stage] = max(counts[stage] ?? 0, block + 1)
            parts.insert(path[2])
            if isNumbered, path[2] == "residual_function", path[3] == "6" { parts.insert("conv3") }
        }
        blockCounts = (counts.keys.max().map { 1...$0 }).map { $0.map { counts[$0] ?? ($0 == 1 ? 0 : 1) } } ?? []
        guard blockCounts.reduce(0, +) <= table.names.count else {
            throw .unknownNetwork(looksLike: "a ResNet with large gaps in the numbers of its blocks")
        }
        isBottleneck = parts.contains("conv3")
        isPreActivation =
            !isNumbered && !table.has(prefix: "bn1.")
            && ["layer1", "layer2"].contains { table.has(prefix: "\($0).0.bn1.") }
        shortcut = ["shortcut", "downsample"].first { parts.contains(Substring($0)) }
        head = table.has(prefix: "fc.") && !table.has(prefix: "linear.") ? "fc" : "linear"
    }

    /// A convolution and the BatchNorm that belongs to it.
    typealias Pair = (convolution: String, normalization: String)

    var stem: Pair { isNumbered ? ("conv1.0", "conv1.1") : ("conv1", "bn1") }

    /// The prefix of a block; stages count from 1, blocks from 0.
    func block(_ index: Int, ofStage stage: Int) -> String {
        isNumbered ? "conv\(stage + 1)_x.\(index)" : "layer\(stage).\(index)"
    }

    /// The pairs of a block, counted from 0.
    func pair(_ index: Int, of block: String) -> Pair {
        isNumbered
            ? ("\(block).residual_function.\(3 * index)", "\(block).residual_function.\(3 * index + 1)")
            : ("\(block).conv\(index + 1)", "\(block).bn\(index + 1)")
    }

    private static func stage(_ part: Substring, isNumbered: Bool) -> Int? {
        guard isNumbered else { return part.hasPrefix("layer") ? Int(part.dropFirst(5)) : nil }
        guard part.hasPrefix("conv"), part.hasSuffix("_x"), let number = Int(part.dropFirst(4).dropLast(2)), number > 1
        else { return nil }
        return number - 1
    }
}
