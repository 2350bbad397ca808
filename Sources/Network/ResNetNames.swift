/// The collections' spellings of a ResNet's parts, and how many there are of each, read off the parameters' names.
struct ResNetNames {
    /// Blocks of each stage; gaps in the numbers count as blocks, so that what is missing is noticed.
    let blockCounts: [Int]
    let isBottleneck: Bool
    /// `shortcut` or `downsample`; nil where no shortcut has parameters.
    let shortcut: String?
    /// `linear` or `fc`.
    let head: String

    init(_ table: ParameterTable) throws(NetworkError) {
        var counts: [Int: Int] = [:]
        var parts: Set<Substring> = []
        for name in table.names {
            let path = name.split(separator: ".", omittingEmptySubsequences: false)
            guard path.count > 3, path[0].hasPrefix("layer"), let stage = Int(path[0].dropFirst(5)), stage > 0,
                let block = Int(path[1]), block >= 0
            else { continue }
            // More blocks than there are names cannot be meant; such a number is left over, not counted up to.
            guard stage <= table.names.count, block < table.names.count else { continue }
            counts[stage] = max(counts[stage] ?? 0, block + 1)
            parts.insert(path[2])
        }
        blockCounts = (counts.keys.max().map { 1...$0 }).map { $0.map { counts[$0] ?? 1 } } ?? []
        guard blockCounts.reduce(0, +) <= table.names.count else {
            throw .unknownNetwork(looksLike: "a ResNet with large gaps in the numbers of its blocks")
        }
        isBottleneck = parts.contains("conv3")
        shortcut = ["shortcut", "downsample"].first { parts.contains(Substring($0)) }
        head = table.has(prefix: "fc.") && !table.has(prefix: "linear.") ? "fc" : "linear"
    }
}
