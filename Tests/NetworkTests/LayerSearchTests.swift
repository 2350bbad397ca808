import Network
import Testing

@Suite struct LayerSearchTests {
    @Test func aPlainNetworkHasALayerAtEveryActivationAndAllOnTheBlockLevel() throws {
        var graph = try HandMadeGraph()
        let first = try graph.convolution("a", 0)
        let firstEnd = try graph.relu(try graph.normalization("bn", first))
        let second = try graph.convolution("b", firstEnd)
        let network = try graph.network(second)
        #expect(network.layers.map(\.name) == ["a", "b"])
        #expect(network.layers.map(\.convolution) == [first, second])
        #expect(network.layers.map(\.output) == [firstEnd, second])
        #expect(network.layers.map(\.shape) == [[1, 4, 4], [1, 4, 4]])
        // Nine weights, and scale and shift where there is a BatchNorm; nine taps at each of 16 places.
        #expect(network.layers.map(\.parameters) == [11, 9])
        #expect(network.layers.map(\.multiplyAdds) == [144, 144])
        #expect(network.layers.map(\.isBlock) == [true, true])
        // The second keeps the shape; the first takes the image.
        #expect(network.units.map(\.name) == ["a", "b"])
        #expect(network.units.map(\.obstacle) == [.takesImage, nil])
        #expect(network.units.map(\.input) == [0, firstEnd] && network.units.map(\.output) == [firstEnd, second])
        #expect(network.parameters == 11 + 9 + 4)
        // Two convolutions and what makes logits of their maps.
        #expect(network.multiplyAdds == 2 * 144 + 2)
        #expect(network.layers.map(network.protocolTap) == [first, second])
    }

    /// stem – block with identity – block whose shortcut is a convolution, written as the Add's first operand.
    @Test func aShortcutsConvolutionIsNoLayerWhicheverOperandItIs() throws {
        var graph = try HandMadeGraph()
        let stem = try graph.convolution("stem", 0)
        let start = try graph.relu(stem)
        let inner = try graph.relu(try graph.convolution("one.a", start))
        let sum = try graph.add("one", try graph.normalization("bn", try graph.convolution("one.b", inner)), start)
        let middle = try graph.relu(sum)
        let projection = try graph.normalization("bn", try graph.convolution("two.shortcut", middle))
        let second = try graph.convolution("two.b", try graph.relu(try graph.convolution("two.a", middle)))
        let end = try graph.relu(try graph.add("two", projection, second))
        let network = try graph.network(end)

        #expect(network.layers.map(\.name) == ["stem", "one.a", "one.b", "two.a", "two.b"])
        #expect(network.layers.map(\.output) == [start, inner, middle, second - 1, end])
        #expect(network.layers.map(\.isBlock) == [true, false, true, false, true])
        #expect(network.layers.map(network.protocolTap)[0] == stem)
        #expect(network.layers.map(network.protocolTap)[2] == middle)
        #expect(network.layers.map(network.protocolTap)[4] == end)
        #expect(network.units.map(\.name) == ["stem", "one", "two"])
        #expect(network.units.map(\.layers) == [[0], [1, 2], [3, 4]])
        #expect(network.units.map(\.outputLayer) == [0, 2, 4])
        #expect(network.units.map(\.input) == [0, start, middle])
        #expect(network.units.map(\.output) == [start, middle, end])
        // Two convolutions and a BatchNorm; the second block's BatchNorm lies on its shortcut, with a third convolution.
        #expect(network.units.map(\.parameters) == [9, 20, 29])
        #expect(network.units.map(\.multiplyAdds) == [144, 288, 432])
        #expect(network.units.map(\.obstacle) == [.takesImage, nil, .hasProjection])
    }

    /// A block within the main branch of another, and one within its shortcut: 3 convolutions against 2.
    @Test func nestedBlocksEndWhereTheirChainsEnd() throws {
        var graph = try HandMadeGraph()
        let start = try graph.relu(try graph.convolution("stem", 0))
        let first = try graph.relu(try graph.convolution("main.a", start))
        let innerSum = try graph.add("inner", try graph.convolution("main.b", first), first)
        let last = try graph.convolution("main.c", innerSum)
        let side = try graph.convolution("side.a", start)
        let sideSum = try graph.add("side", try graph.convolution("side.b", side), side)
        let outer = try graph.add("outer", sideSum, last)
        let network = try graph.network(outer)

        #expect(network.layers.map(\.name) == ["stem", "main.a", "main.b", "main.c"])
        #expect(network.layers.map(\.output) == [start, first, innerSum, outer])
        #expect(network.units.map(\.name) == ["stem", "inner", "outer"])
        #expect(network.units.map(\.layers) == [[0], [2], [1, 2, 3]])
        #expect(network.units.map(\.outputLayer) == [0, 2, 3])
        #expect(network.units.map(\.parameters) == [9, 9, 45])
        #expect(network.units.map(\.isCuttable) == [false, true, false])
    }

    @Test func aChainPassesThroughTwoAddsWhereNothingElseTakesTheFirst() throws {
        var graph = try HandMadeGraph()
        let start = try graph.relu(try graph.convolution("stem", 0))
        let inner = try graph.add("inner", try graph.convolution("a", start), start)
        let outer = try graph.add("outer", inner, start)
        let network = try graph.network(outer)
        #expect(network.layers.map(\.name) == ["stem", "a"])
        #expect(network.layers.map(\.output) == [start, outer])
        #expect(network.units.map(\.name) == ["stem", "inner", "outer"])
        #expect(network.units.map(\.isCuttable) == [false, true, true])
    }

    @Test func theFirstOperandIsTheMainOneWhereBothHaveAsManyConvolutions() throws {
        var graph = try HandMadeGraph()
        let start = try graph.relu(try graph.convolution("stem", 0))
        let second = try graph.convolution("shortcut", start)
        let first = try graph.convolution("main", start)
        let network = try graph.network(try graph.add("block", first, second))
        #expect(network.layers.map(\.name) == ["stem", "main"])
        #expect(network.units.map(\.parameters) == [9, 18])
    }

    @Test func aTensorAddedToItselfIsNoBlock() throws {
        var graph = try HandMadeGraph()
        let stem = try graph.convolution("stem", 0)
        let network = try graph.network(try graph.add("twice", stem, stem))
        #expect(network.layers.map(\.output) == [stem])
        #expect(network.units.map(\.name) == ["stem"])
    }
}
