import Formats

extension ONNXExporter {
    /// A pool whose windows are counted down: what a last window reaches beyond the map is padding behind it, which
    /// ONNX's runtimes agree on, as they do not on windows counted up.
    mutating func take(_ pool: Pool, _ source: Source) throws(NetworkError) -> String {
        let beyond = pool.beyond(map: source.inputShape)
        var (input, padding) = (source.input, pool.padding)
        var attributes: [String: ONNXGraph.Attribute] = [
            "kernel_shape": .integers([pool.kernel.height, pool.kernel.width]),
            "strides": .integers([pool.stride.height, pool.stride.width]),
        ]
        if pool.dilation != (1, 1) {
            attributes["dilations"] = .integers([pool.dilation.height, pool.dilation.width])
        }
        switch pool.kind {
        case .maximum: break
        case .average(let countsPadding):
            if pool.dilation != (1, 1) { needsLaterOperators = true }
            if countsPadding, beyond != (0, 0) {
                // Zeros that count, and behind them places that do not.
                if padding != .init() {
                    input = try pad(
                        input, before: [0, padding.top, padding.left], after: [0, padding.bottom, padding.right],
                        value: 0, source, part: "pad")
                }
                padding = .init()
            } else if countsPadding {
                attributes["count_include_pad"] = .integer(1)
            }
        }
        padding.bottom += beyond.height
        padding.right += beyond.width
        attributes["pads"] = .integers(padding.onnxPads)
        return append(pool.kind == .maximum ? "MaxPool" : "AveragePool", [input], source, attributes)
    }

    /// Means over shares of the map, which are windows where all of them are as long and as far apart.
    mutating func average(_ source: Source) throws(NetworkError) -> String {
        if source.shape[1...] == [1, 1] { return append("GlobalAveragePool", [source.input], source) }
        let shares = [1, 2].map { Self.shares(of: source.inputShape[$0], places: source.shape[$0]) }
        if let rows = Windows(shares[0]), let columns = Windows(shares[1]) {
            return append(
                "AveragePool", [source.input], source, Self.attributes(rows, columns))
        }
        // The mean over a rectangle is that over its rows' means.
        let rows = try average(source.input, axis: 1, shares[0], source, part: "rows")
        return try average(rows, axis: 2, shares[1], source, part: nil)
    }

    /// Means along one axis.
    private mutating func average(
        _ tensor: String, axis: Int, _ shares: [Range<Int>], _ source: Source, part: String?
    ) throws(NetworkError) -> String {
        func attributes(_ windows: Windows) -> [String: ONNXGraph.Attribute] {
            let one = Windows(length: 1, stride: 1)
            return axis == 1 ? Self.attributes(windows, one) : Self.attributes(one, windows)
        }
        if let windows = Windows(shares) {
            return append("AveragePool", [tensor], source, part: part, attributes(windows))
        }
        let extent = source.inputShape[axis]
        var known: [Range<Int>: String] = [:]
        var means: [String] = []
        for share in shares {
            var mean = known[share] ?? tensor
            if known[share] == nil {
                if share != 0..<extent {
                    mean = try slice(
                        mean, axes: [axis], starts: [share.lowerBound], counts: [share.count], steps: [1],
                        extents: [extent], source, part: "slice", kind: "\(axis)_\(share.lowerBound)_\(share.count)")
                }
                if share.count > 1 {
                    mean = append(
                        "AveragePool", [mean], source, part: "mean", attributes(Windows(length: share.count, stride: 1))
                    )
                }
                known[share] = mean
            }
            means.append(mean)
        }
        return append("Concat", means, source, part: part, ["axis": .integer(axis + 1)])
    }

    /// As PyTorch cuts an axis into shares, which may overlap.
    private static func shares(of extent: Int, places: Int) -> [Range<Int>] {
        (0..<places).map { ($0 * extent / places)..<((($0 + 1) * extent + places - 1) / places) }
    }

    private static func attributes(_ rows: Windows, _ columns: Windows) -> [String: ONNXGraph.Attribute] {
        [
            "kernel_shape": .integers([rows.length, columns.length]),
            "strides": .integers([rows.stride, columns.stride]),
        ]
    }
}

/// Shares of an axis that are all of one length and evenly apart, from the first place on.
private struct Windows {
    var length: Int
    var stride: Int

    init(length: Int, stride: Int) { (self.length, self.stride) = (length, stride) }

    /// nil where they are not.
    init?(_ shares: [Range<Int>]) {
        guard let first = shares.first else { return nil }
        length = first.count
        stride = shares.count > 1 ? shares[1].lowerBound : 1
        guard stride > 0 else { return nil }
        for (index, share) in shares.enumerated()
        where share.count != length || share.lowerBound != index * stride { return nil }
    }
}

extension Pool {
    /// How far the last windows reach beyond map and padding.
    fileprivate func beyond(map: [Int]) -> (height: Int, width: Int) {
        func beyond(_ extent: Int, _ before: Int, _ after: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            let windows = Self.windows(
                extent: extent, before: before, after: after, kernel: kernel, stride: stride, dilation: dilation,
                roundsUp: roundsUp)
            return max(0, (windows - 1) * stride + dilation * (kernel - 1) + 1 - extent - before - after)
        }
        return (
            beyond(map[1], padding.top, padding.bottom, kernel.height, stride.height, dilation.height),
            beyond(map[2], padding.left, padding.right, kernel.width, stride.width, dilation.width)
        )
    }
}
