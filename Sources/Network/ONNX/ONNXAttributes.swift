import Formats

extension ONNXGraph.Node {
    func refused(_ problem: String) -> NetworkError { .shape(node: label, problem: problem) }

    func integer(_ name: String, _ standard: Int) throws(NetworkError) -> Int {
        try integer(name) ?? standard
    }

    func integer(_ name: String) throws(NetworkError) -> Int? {
        guard let attribute = attributes[name] else { return nil }
        guard case .integer(let value) = attribute else { throw refused("its \(name) is no whole number") }
        return value
    }

    func float(_ name: String, _ standard: Float) throws(NetworkError) -> Float {
        guard let attribute = attributes[name] else { return standard }
        guard case .float(let value) = attribute else { throw refused("its \(name) is no number") }
        return value
    }

    func text(_ name: String, _ standard: String) throws(NetworkError) -> String {
        guard let attribute = attributes[name] else { return standard }
        guard case .text(let value) = attribute else { throw refused("its \(name) is no text") }
        return value
    }

    func integers(_ name: String) throws(NetworkError) -> [Int]? {
        guard let attribute = attributes[name] else { return nil }
        guard case .integers(let values) = attribute else { throw refused("its \(name) are no whole numbers") }
        return values
    }

    /// A pair for height and width, within what sizes can be.
    func pair(_ name: String, _ standard: (height: Int, width: Int)) throws(NetworkError) -> (height: Int, width: Int) {
        guard let values = try integers(name) else { return standard }
        guard values.count == 2, values.allSatisfy((0...GraphBuilder.maximumExtent).contains) else {
            throw refused("its \(name) are \(values), not two sizes for height and width")
        }
        return (values[0], values[1])
    }

    /// The name of an input; nil where it is left out.
    func input(_ index: Int) -> String? {
        inputs.indices.contains(index) && !inputs[index].isEmpty ? inputs[index] : nil
    }

    /// Padding of a window over a map of this size, given outright or by `auto_pad`.
    func padding(
        map: [Int], kernel: (height: Int, width: Int), stride: (height: Int, width: Int),
        dilation: (height: Int, width: Int)
    ) throws(NetworkError) -> Convolution.Padding {
        let mode = try text("auto_pad", "NOTSET")
        switch mode {
        case "NOTSET", "":
            guard let pads = try integers("pads") else { return .init() }
            guard pads.count == 4, pads.allSatisfy((0...GraphBuilder.maximumExtent).contains) else {
                throw refused("its pads are \(pads), not four sizes")
            }
            return .init(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
        case "VALID": return .init()
        case "SAME_UPPER", "SAME_LOWER":
            guard min(stride.height, stride.width) > 0 else { throw refused("its stride is 0") }
            let upper = mode == "SAME_UPPER"
            func shares(_ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (before: Int, after: Int) {
                let windows = (extent + stride - 1) / stride
                let missing = max(0, (windows - 1) * stride + dilation * (kernel - 1) + 1 - extent)
                let less = missing / 2
                return upper ? (less, missing - less) : (missing - less, less)
            }
            let rows = shares(map[1], kernel.height, stride.height, dilation.height)
            let columns = shares(map[2], kernel.width, stride.width, dilation.width)
            return .init(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
        default: throw refused("its auto_pad is '\(mode)', which is not known")
        }
    }
}

/// An axis counted from the front; nil where there is none such.
func normalizedAxis(_ axis: Int, rank: Int) -> Int? {
    let axis = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(axis) ? axis : nil
}
