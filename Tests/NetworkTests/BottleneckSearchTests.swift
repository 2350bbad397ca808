import Network
import Testing

/// Inverted residuals, gates and pre-activation, found in graphs whatever file they come from.
@Suite struct BottleneckSearchTests {
    /// stem – block without expansion – block without Add – block with Add – last 1×1.
    @Test func invertedResidualsWithAndWithoutAdd() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3)
        let first = try drawing.active("a.conv.0.0", stem, kernel: 3, depthwise: true)
        let firstEnd = try drawing.normalization(drawing.convolution("a.conv.1", first, to: 2))
        let wide = try drawing.active("b.conv1", firstEnd, to: 6)
        let middle = try drawing.active("b.conv2", wide, kernel: 3, stride: 2, depthwise: true)
        let secondEnd = try drawing.normalization(drawing.convolution("b.conv3", middle, to: 3))
        let again = try drawing.active("c.0", secondEnd, to: 9)
        let inner = try drawing.active("c.1", again, kernel: 3, depthwise: true)
        let third = try drawing.normalization(drawing.convolution("c.2", inner, to: 3))
        let sum = try drawing.append("c", .add, third, secondEnd)
        let network = try drawing.network(try drawing.active("last", sum, to: 8))

        #expect(
            network.layers.map(\.name) == [
                "stem", "a.conv.0.0", "a.conv.1", "b.conv1", "b.conv2", "b.conv3", "c.0", "c.1", "c.2", "last",
            ])
        #expect(
            network.layers.map(\.output) == [
                stem, first, firstEnd, wide, middle, secondEnd, again, inner, sum, sum + 3,
            ])
        #expect(network.layers.filter(\.isBlock).map(\.name) == ["stem", "a.conv.1", "b.conv3", "c.2"])
        #expect(network.units.map(\.name) == ["stem", "a", "b", "c", "last"])
        #expect(network.units.map(\.layers) == [[0], [1, 2], [3, 4, 5], [6, 7, 8], [9]])
        #expect(network.units.map(\.isCuttable) == [false, false, false, true, false])
        // Weights and two numbers a channel for each BatchNorm: (36 + 8) + (8 + 4); (12 + 12) + (54 + 12) + (18 + 6).
        #expect(network.units.dropFirst().prefix(3).map(\.parameters) == [56, 114, 27 + 18 + 81 + 18 + 27 + 6])
        #expect(network.protocolTap(of: network.layers[5]) == secondEnd)
    }

    /// A file whose BatchNorms are folded has none to tell.
    @Test func foldedBottlenecks() throws {
        var drawing = try Drawing()
        let stem = try drawing.append("act", .relu, drawing.convolution("stem", 0, kernel: 3))
        let wide = try drawing.append("act", .relu, drawing.convolution("x.1", stem, to: 8))
        let middle = try drawing.append("act", .relu, drawing.convolution("x.2", wide, kernel: 3, depthwise: true))
        let end = try drawing.convolution("y", middle, to: 5)
        let network = try drawing.network(try drawing.append("act", .relu, drawing.convolution("last", end, to: 8)))
        #expect(network.units.map(\.name) == ["stem", "y", "last"], "nothing is common to x.1, x.2 and y")
        #expect(network.units[1].layers == [1, 2, 3])
    }

    /// MobileNetV1 has an activation behind the 1×1 as well; Xception's separable convolutions none between.
    @Test func separableConvolutionsAreNoBottlenecks() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3)
        let depthwise = try drawing.active("one.1", stem, kernel: 3, depthwise: true)
        let active = try drawing.active("one.2", depthwise, to: 6)
        let bare = try drawing.normalization(drawing.convolution("two.1", active, kernel: 3, depthwise: true))
        let end = try drawing.normalization(drawing.convolution("two.2", bare, to: 6))
        let network = try drawing.network(try drawing.active("last", end, to: 8))
        #expect(network.units.allSatisfy { $0.kind == .convolution })
        #expect(network.layers.allSatisfy { $0.isBlock })
    }

    /// An EfficientNet's block: the gate's convolutions are no layers, but part of the unit.
    @Test(arguments: [false, true])
    func gates(isProductSwapped: Bool) throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3, .swish)
        let wide = try drawing.active("b.expand", stem, to: 8, .swish)
        let middle = try drawing.active("b.depthwise", wide, kernel: 3, depthwise: true, .swish)
        let squeezed = try drawing.append("squeeze", .adaptiveAveragePool(height: 1, width: 1), middle)
        let small = try drawing.append("act", .activation(.swish), drawing.convolution("b.se.1", squeezed, to: 2))
        let gate = try drawing.append("gate", .activation(.sigmoid), drawing.convolution("b.se.2", small, to: 8))
        let product = try drawing.append(
            "scale", .combine(.product), isProductSwapped ? gate : middle, isProductSwapped ? middle : gate)
        let end = try drawing.normalization(drawing.convolution("b.project", product, to: 6))
        let network = try drawing.network(try drawing.active("last", end, to: 8))
        #expect(network.layers.map(\.name) == ["stem", "b.expand", "b.depthwise", "b.project", "last"])
        #expect(network.layers.map(\.output)[2...3] == [middle, end])
        #expect(network.units.map(\.name) == ["stem", "b", "last"])
        // 32 + 16, 72 + 16, the gate's 16 + 16, 48 + 12.
        #expect(network.units[1].parameters == 228)
    }

    /// A product of maps is no gate, nor is one with a 1×1 map of something else.
    @Test func otherProductsAreNoGates() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3)
        let attention = try drawing.append("mask", .activation(.sigmoid), drawing.convolution("mask", stem))
        let masked = try drawing.append("times", .combine(.product), stem, attention)
        let second = try drawing.active("second", masked)
        let pooled = try drawing.append("mean", .adaptiveAveragePool(height: 1, width: 1), stem)
        let foreign = try drawing.convolution("foreign", pooled)
        let network = try drawing.network(try drawing.append("times", .combine(.product), second, foreign))
        #expect(network.layers.map(\.name) == ["stem", "mask", "second", "foreign"])
    }

    @Test func aPreActivationNetworksLayersEndAtConvolutionOrAdd() throws {
        var drawing = try Drawing()
        let stem = try drawing.convolution("stem", 0, kernel: 3)
        // Identity, then a convolution on the shortcut, which takes what is activated.
        let first = try drawing.append("act", .relu, drawing.normalization(stem))
        let a = try drawing.convolution("one.a", first, kernel: 3)
        let b = try drawing.convolution(
            "one.b", drawing.append("act", .relu, drawing.normalization(a)), kernel: 3)
        let one = try drawing.append("one", .add, b, stem)
        let second = try drawing.append("act", .relu, drawing.normalization(one))
        let c = try drawing.convolution("two.a", second, to: 6, kernel: 3)
        let d = try drawing.convolution(
            "two.b", drawing.append("act", .relu, drawing.normalization(c)), kernel: 3)
        let two = try drawing.append("two", .add, d, drawing.convolution("two.shortcut", second, to: 6))
        let network = try drawing.network(
            try drawing.append("act", .relu, drawing.normalization(two)))
        #expect(network.layers.map(\.name) == ["stem", "one.a", "one.b", "two.a", "two.b"])
        #expect(network.layers.map(\.output) == [stem, a, one, c, two])
        #expect(network.units.map(\.name) == ["stem", "one", "two"])
        #expect(network.units.map(\.isCuttable) == [false, true, false])
        #expect(network.units[1].input == stem && network.units[1].output == one)
    }

    @Test func concatenationEndsAChain() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3)
        let a = try drawing.normalization(drawing.convolution("a", stem))
        let b = try drawing.active("b", stem)
        let joined = try drawing.append("join", .concatenate(axis: 0), a, b)
        let network = try drawing.network(try drawing.append("act", .relu, joined))
        #expect(network.layers.map(\.output) == [stem, a, b])
    }

    /// One convolution with its activation, as many maps of one size out as in; never the one that takes the image.
    @Test func plainConvolutionsThatCanBeCut() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3)
        let same = try drawing.active("same", stem, kernel: 3)
        let strided = try drawing.active("strided", same, kernel: 3, stride: 2)
        let wider = try drawing.active("wider", strided, to: 6, kernel: 3)
        let bare = try drawing.normalization(drawing.convolution("bare", wider, kernel: 3))
        let network = try drawing.network(bare)
        #expect(network.units.map(\.name) == ["stem", "same", "strided", "wider", "bare"])
        #expect(network.units.map(\.isCuttable) == [false, true, false, false, true])
        #expect(network.units[1].parameters == 4 * 4 * 9 + 8)
        #expect(network.units[1].layers == [1] && network.units[1].outputLayer == 1)
        #expect(network.units[1].input == stem && network.units[1].output == same)
        #expect(network.layers.map(network.protocolTap) == network.layers.map(\.convolution))
    }
}
