extension VGGPlan {
    /// The VGGs that a state dict which looks like one may be, the likeliest first: they differ in the pools behind the
    /// last convolution, where the size of the images does not tell.
    static func plans(_ table: ParameterTable, inputShape: [Int]) throws(NetworkError) -> [NetworkPlan] {
        let groups = try groups(table)
        let channels = groups.last?.last?.outputChannels ?? 1
        // Each pool halves the map, rounding down.
        let map = inputShape.dropFirst().map { extent in (1..<groups.count).reduce(extent) { size, _ in size / 2 } }
        let names = headNames(table)
        let inputs = table.dims("\(names[0]).weight")?.dropFirst().first
        let endings = endings(channels: channels, map: map, inputs: inputs)
        return endings.map { ending in
            let area = ending.average.map { [$0, $0] } ?? map.map { $0 >> ending.pools }
            // Where the area is beyond all limits, so are the images, which the graph will not take.
            let expected = area.reduce(channels) { $0 * min(max($1, 1), 1 << 16) }
            return VGGPlan(
                groups: groups, ending: ending, isEndingOpen: endings.count > 1,
                head: head(names, inputs: expected, table)
            ).network
        }
    }

    private static func groups(_ table: ParameterTable) throws(NetworkError) -> [[PlannedConvolution]] {
        let numbers = table.numbers(behind: "features.")
        let normalizations = numbers.filter {
            table.dims("features.\($0).running_mean") != nil || table.dims("features.\($0).weight")?.count == 1
        }
        let isNormalized = !normalizations.isEmpty
        // A BatchNorm stands right behind its convolution, which may be missing.
        let convolutions = Set(numbers).subtracting(normalizations).union(normalizations.map { $0 - 1 }).sorted()
        guard convolutions.first == 0 else {
            throw .unknownNetwork(looksLike: "numbered features that do not begin with a convolution features.0")
        }
        var groups: [[PlannedConvolution]] = [[]]
        var channels = table.inputChannels(of: "features.0")
        var last: Int?
        for number in convolutions {
            if let last {
                // Conv, perhaps BatchNorm, ReLU, and one more where a pool follows.
                switch number - last - (isNormalized ? 3 : 2) {
                case 0: break
                case 1: groups.append([])
                default:
                    throw .unknownNetwork(
                        looksLike: "a VGG with something else than \(isNormalized ? "BatchNorm, " : "")ReLU and pool "
                            + "between features.\(last) and features.\(number)")
                }
            }
            let (name, normalization) = ("features.\(number)", isNormalized ? "features.\(number + 1)" : nil)
            let output = table.outputChannels(of: name, normalization: normalization) ?? channels
            groups[groups.count - 1].append(
                PlannedConvolution(
                    name: name, normalization: normalization, inputChannels: channels, outputChannels: output,
                    kernel: 3, hasBias: table.dims("features.0.bias") != nil))
            channels = output
            last = number
        }
        return groups
    }

    /// How the last maps may become the row of the given length.
    ///
    /// Where the maps themselves fit, with or without a pool before, nothing is open. Otherwise they are averaged first, as
    /// torchvision does (to 7×7) and others (to 1×1); then both fit. So may several pools, where all convolutions
    /// between them were cut.
    private static func endings(channels: Int, map: [Int], inputs: Int?) -> [Ending] {
        func length(_ area: [Int]) -> Int? {
            area.reduce(channels as Int?) { product, extent in
                product.flatMap { product in
                    let (next, overflow) = product.multipliedReportingOverflow(by: extent)
                    return overflow ? nil : next
                }
            }
        }
        let pooled = Ending(pools: 1)
        if inputs == length(map.map { $0 / 2 }) { return [pooled] }
        if inputs == length(map) { return [Ending(pools: 0)] }
        let several =
            (2...24).first { pools in
                map.allSatisfy { $0 >> pools > 0 } && inputs == length(map.map { $0 >> pools })
            }.map { [Ending(pools: $0)] } ?? []
        let average = [1, 7].first { inputs == length([$0, $0]) }
        guard let average else { return several.isEmpty ? [pooled] : several }
        // Too small for another pool.
        if map.contains(where: { $0 < 2 }) { return [Ending(pools: 0, average: average)] }
        return [Ending(pools: 1, average: average), Ending(pools: 0, average: average)] + several
    }

    /// One fully connected layer; or three with ReLU between, and dropouts, which only show in the numbers.
    private static func headNames(_ table: ParameterTable) -> [String] {
        let numbers = table.numbers(behind: "classifier.")
        if table.dims("classifier.weight") != nil || numbers.isEmpty { return ["classifier"] }
        if numbers == [0] || numbers == [1] { return ["classifier.\(numbers[0])"] }
        let known = numbers.contains(1) || numbers.contains(4) ? [1, 4, 6] : [0, 3, 6]
        return known.map { "classifier.\($0)" }
    }

    private static func head(_ names: [String], inputs: Int, _ table: ParameterTable) -> [PlannedLinear] {
        var inputs = inputs
        let hasBias = names.contains { table.dims("\($0).bias") != nil }
        return names.enumerated().map { index, name in
            // A layer that is missing is as wide as the next one says.
            let next =
                names.indices.contains(index + 1) ? table.dims("\(names[index + 1]).weight")?.dropFirst().first : nil
            let outputs = table.outputChannels(of: name) ?? next.map(ParameterTable.withinLimits) ?? 1
            defer { inputs = outputs }
            return PlannedLinear(name: name, inputs: inputs, outputs: outputs, hasBias: hasBias)
        }
    }
}
