/// The collections' spellings of a MobileNetV2's parts, and how many blocks there are, read off the parameters' names.
struct MobileNetNames {
    /// A convolution and the BatchNorm behind it.
    typealias Pair = (convolution: String, normalization: String)

    /// A block's parts.
    struct Block {
        var name: String
        /// nil where the block does not widen its input first.
        var expansion: Pair?
        var depthwise: Pair
        var projection: Pair
        /// nil where shortcuts have no parameters under any circumstances.
        var shortcut: Pair?
    }

    var stem: Pair
    var blocks: [Block]
    var last: Pair
    var head: String
    /// Whether activations are written without bounds: the collection that says `layers.0.conv1` has plain ReLUs and
    /// convolutions on shortcuts.
    var isPlain: Bool

    init(_ table: ParameterTable) throws(NetworkError) {
        let isPlain = !table.has(prefix: "features.0.0.")
        self.isPlain = isPlain
        let prefix = isPlain ? "layers." : "features."
        let numbers = table.numbers(behind: prefix).filter { number in
            isPlain || table.has(prefix: "features.\(number).conv.")
        }
        // Gaps in the numbers count as blocks, so that what is missing is noticed; more blocks than names cannot be meant.
        guard let most = numbers.last, most <= table.names.count, isPlain || most > 0 else {
            throw .unknownNetwork(looksLike: "a MobileNet of another version than V2, or another network like it")
        }
        if isPlain {
            stem = ("conv1", "bn1")
            blocks = (0...most).map { Self.plainBlock("layers.\($0)") }
            last = ("conv2", "bn2")
            head = "linear"
        } else {
            stem = ("features.0.0", "features.0.1")
            blocks = (1...most).map { Self.block($0, table) }
            last = ("features.\(most + 1).0", "features.\(most + 1).1")
            head = "classifier.1"
        }
    }

    private static func plainBlock(_ name: String) -> Block {
        func pair(_ number: Int) -> Pair { ("\(name).conv\(number)", "\(name).bn\(number)") }
        return Block(
            name: name, expansion: pair(1), depthwise: pair(2), projection: pair(3),
            shortcut: ("\(name).shortcut.0", "\(name).shortcut.1"))
    }

    private static func block(_ number: Int, _ table: ParameterTable) -> Block {
        let inside = "features.\(number).conv"
        func active(_ place: Int) -> Pair { ("\(inside).\(place).0", "\(inside).\(place).1") }
        // With an expansion the parts are numbered 0, 1, 2, 3; without it 0, 1, 2. Only the first block has none.
        let expands =
            ["1.0.", "1.1.", "3."].contains { table.has(prefix: "\(inside).\($0)") }
            || number > 1 && !table.has(prefix: "\(inside).")
        let place = expands ? 1 : 0
        return Block(
            name: "features.\(number)", expansion: expands ? active(0) : nil, depthwise: active(place),
            projection: ("\(inside).\(place + 1)", "\(inside).\(place + 2)"))
    }
}
