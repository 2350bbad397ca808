import Network
import StateDictionaries
import Testing

/// What can be cut from a graph, whatever file it comes from; and what is left is the graph drawn without it.
@Suite struct UnitSearchTests {
    /// A network of a stem, a module, and a convolution behind it; without the module where nil is handed out for it.
    private func network(
        isFreelyBuilt: Bool = true, _ module: (inout Drawing, _ input: Int) throws -> Int?
    ) throws -> Network {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3, .relu)
        let active = try drawing.append("act", .relu, module(&drawing, stem) ?? stem)
        return try drawing.network(try drawing.active("last", active, to: 6), isFreelyBuilt: isFreelyBuilt)
    }

    private func logits(_ graph: Graph) throws -> [Float] {
        let image = (0..<64).map { Float($0 * 37 % 101) / 50 - 1 }
        return try #require(try ReferenceExecutor.run(graph, input: image).last)
    }

    /// Finds the unit, cuts it, and compares with the drawing without it.
    private func expectCut(
        _ name: String, _ kind: Network.Unit.Kind, layers: [Int], parameters: Int, isFreelyBuilt: Bool = true,
        _ module: (inout Drawing, _ input: Int) throws -> Int
    ) throws {
        let whole = try network(isFreelyBuilt: isFreelyBuilt, module)
        let unit = try #require(whole.units.first { $0.name == name }, "\(whole.units.map(\.name))")
        #expect(unit.kind == kind && unit.layers == layers && unit.obstacle == nil, "\(unit)")
        #expect(unit.parameters == parameters && unit.inputLayer == 0, "\(unit)")
        let cut = try whole.cutting([unit])
        let without = try network { _, _ in nil }
        #expect(cut.parameters == whole.parameters - unit.parameters)
        #expect(cut.multiplyAdds == whole.multiplyAdds - unit.multiplyAdds)
        // A unit takes its last activation with it, which changes nothing behind another.
        #expect(cut.graph.nodes.count <= without.graph.nodes.count)
        #expect(try logits(cut.graph) == logits(without.graph))
        #expect(try logits(whole.graph) != logits(cut.graph))
    }

    /// An Add behind a gate ends no layer's chain.
    @Test func aBlockOfSqueezeAndExcitationIsOnePart() throws {
        // 4·4·9 + 8, twice; the gate's 4·2 and 2·4.
        try expectCut("se", .part, layers: [1, 2], parameters: 2 * 152 + 16) { drawing, stem in
            let first = try drawing.active("se.a", stem, kernel: 3, .relu)
            let second = try drawing.normalization(drawing.convolution("se.b", first, kernel: 3))
            let squeezed = try drawing.append("squeeze", .adaptiveAveragePool(height: 1, width: 1), second)
            let small = try drawing.append("act", .relu, drawing.convolution("se.fc1", squeezed, to: 2))
            let gate = try drawing.append("gate", .activation(.sigmoid), drawing.convolution("se.fc2", small, to: 4))
            return try drawing.append("sum", .add, drawing.append("scale", .combine(.product), second, gate), stem)
        }
    }

    @Test func anInceptionModuleOfEqualShapesIsAPart() throws {
        // 1×1 to 2; 1×1 to 2 and 3×3 to 1; pool and 1×1 to 1.
        try expectCut("mix", .part, layers: [1, 2, 3, 4], parameters: (8 + 4) + (8 + 4) + (18 + 2) + (4 + 2)) {
            drawing, stem in
            let first = try drawing.active("mix.1", stem, to: 2)
            let second = try drawing.active("mix.2a", stem, to: 2)
            let third = try drawing.active("mix.2b", second, to: 1, kernel: 3)
            let pool = Pool(.maximum, kernel: (3, 3), stride: (1, 1), padding: .init(1))
            let fourth = try drawing.active("mix.3", drawing.append("pool", .pool(pool), stem), to: 1)
            return try drawing.append("joined", .concatenate(axis: 0), first, third, fourth)
        }
    }

    @Test(arguments: [false, true]) func twoConvolutionsThatWidenAndNarrowAreAPart(isFreelyBuilt: Bool) throws {
        try expectCut("wide", .part, layers: [1, 2], parameters: (32 + 16) + (32 + 8), isFreelyBuilt: isFreelyBuilt) {
            drawing, stem in try drawing.active("wide.b", drawing.active("wide.a", stem, to: 8), to: 4)
        }
    }

    /// With names that have in common what others have too.
    @Test func aPartThatHasNoNameOfItsOwnIsNamedByItsEnds() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("features.0", 0, kernel: 3)
        let wide = try drawing.active("features.3", stem, to: 8)
        let narrow = try drawing.active("features.6", wide, to: 4)
        let network = try drawing.network(narrow, isFreelyBuilt: true)
        #expect(network.units.map(\.name) == ["features.0", "features.3-features.6"])
    }

    /// Its layers' names are of two kinds where an exporter has folded a BatchNorm into one of them.
    @Test func aBlockWithoutANameOfItsOwnIsNamedByItsPlace() throws {
        let names = try ["/layer1/layer1.0/Add", "Add_3"].map { name in
            try network { drawing, stem in
                let first = try drawing.active("/layer1/layer1.0/conv1/Conv", stem)
                return try drawing.append(name, .add, drawing.convolution("layer1.0.conv2", first), stem)
            }.units[1].name
        }
        #expect(names == ["/layer1/layer1.0", "Add_3"])
    }

    private func projection(_ drawing: inout Drawing, _ stem: Int) throws -> Int {
        let first = try drawing.active("block.a", stem, kernel: 3, .relu)
        let second = try drawing.normalization(drawing.convolution("block.b", first, kernel: 3))
        let shortcut = try drawing.normalization(drawing.convolution("block.shortcut", stem))
        return try drawing.append("block", .add, second, shortcut)
    }

    /// Its family has the projection at this place; a graph of its own need not.
    @Test func aProjectionIsCutOnlyFromANetworkBuiltFreely() throws {
        try expectCut("block", .block, layers: [1, 2], parameters: 152 + 152 + 16 + 8) {
            try projection(&$0, $1)
        }
        let ofAFamily = try network(isFreelyBuilt: false) { try projection(&$0, $1) }
        #expect(
            ofAFamily.units.map(\.obstacle) == [
                .takesImage, .hasProjection, .changesShape(from: [4, 4, 4], to: [6, 4, 4]),
            ])
    }

    /// Something else takes what lies inside.
    @Test(arguments: [false, true]) func aBlockWithTwoExitsIsEntangled(isFreelyBuilt: Bool) throws {
        let whole = try network(isFreelyBuilt: isFreelyBuilt) { drawing, stem in
            let first = try drawing.active("block.a", stem, .relu)
            let sum = try drawing.append("block", .add, drawing.convolution("block.b", first), stem)
            return try drawing.append("joined", .concatenate(axis: 0), sum, first)
        }
        let unit = try #require(whole.units.first { $0.name == "block" })
        #expect(unit.obstacle == .isEntangled && !unit.isCuttable)
    }

    /// What lies inside takes something from before.
    @Test(arguments: [false, true]) func aBlockWithTwoEntriesIsEntangled(isFreelyBuilt: Bool) throws {
        let whole = try network(isFreelyBuilt: isFreelyBuilt) { drawing, stem in
            let before = try drawing.active("before", stem, to: 4, kernel: 3, .relu)
            let first = try drawing.active("block.a", before, .relu)
            let mixed = try drawing.append("times", .combine(.product), first, stem)
            return try drawing.append("block", .add, drawing.convolution("block.b", mixed), before)
        }
        let block = whole.units.first { $0.name == "block" }
        #expect(block?.obstacle == .isEntangled)
    }

    /// stem – block – block – convolution: each alone, all that go together, and a block within another.
    @Test func severalUnitsAreCutAtOnce() throws {
        func drawn(_ parts: Set<String>) throws -> Network {
            var drawing = try Drawing()
            var last = try drawing.active("stem", 0, kernel: 3, .relu)
            for name in ["one", "two"] where parts.contains(name) {
                let first = try drawing.active("\(name).a", last, kernel: 3, .relu)
                let sum = try drawing.append(name, .add, drawing.convolution("\(name).b", first), last)
                last = try drawing.append("act", .relu, sum)
            }
            if parts.contains("plain") { last = try drawing.active("plain", last, kernel: 3, .relu) }
            return try drawing.network(last)
        }
        let whole = try drawn(["one", "two", "plain"])
        #expect(whole.units.map(\.name) == ["stem", "one", "two", "plain"])
        for gone in [["one"], ["two"], ["plain"], ["one", "two"], ["two", "plain"], ["one", "two", "plain"]] {
            let units = whole.units.filter { gone.contains($0.name) }
            let cut = try whole.graph.cutting(units)
            let without = try drawn(Set(["one", "two", "plain"]).subtracting(gone))
            #expect(cut == without.graph, "\(gone)")
            #expect(try logits(cut) == logits(without.graph), "\(gone)")
            #expect(try whole.graph.cutting(units.reversed()) == cut, "\(gone)")
        }
        #expect(try whole.graph.cutting([]) == whole.graph)
    }

    @Test func aBlockWithinAnotherGoesWithIt() throws {
        var drawing = try Drawing()
        let stem = try drawing.active("stem", 0, kernel: 3, .relu)
        let first = try drawing.convolution("a", stem)
        let inner = try drawing.append("inner", .add, drawing.convolution("b", first), first)
        let outer = try drawing.append("outer", .add, drawing.convolution("c", inner), stem)
        let network = try drawing.network(outer)
        let blocks = network.units.filter { $0.kind == .block }
        #expect(blocks.map(\.name) == ["inner", "outer"] && blocks.allSatisfy(\.isCuttable))
        let both = try network.graph.cutting(blocks)
        #expect(try network.graph.cutting([blocks[1]]) == both)
        #expect(both.nodes.map(\.name) == ["input", "stem", "bn", "act", "pool", "head"])
    }

    /// A pool between two convolutions is no layer: what comes before the second is the first.
    @Test func behindAPoolTheInputIsTheLayerBefore() throws {
        let network = try StateDictionary.vgg([4, 0, 4, 0, 4, 4, 0]).recognized(height: 8, width: 8)
        #expect(network.units.map(\.inputLayer) == [nil, 0, 1, 2])
        #expect(network.units.map(\.isCuttable) == [false, true, true, true])
        let pool = network.graph.nodes[network.units[1].input]
        #expect(pool.shape == [4, 4, 4] && pool.inputs == [network.layers[0].output])
    }

    @Test func unitsOfOneNameAreToldApart() throws {
        var drawing = try Drawing()
        var last = try drawing.active("conv", 0, kernel: 3, .relu)
        for _ in 0..<2 { last = try drawing.active("conv", last, kernel: 3, .relu) }
        #expect(try drawing.network(last, isFreelyBuilt: true).units.map(\.name) == ["conv", "conv_2", "conv_3"])
    }

    @Test(arguments: [
        (Network.Obstacle.takesImage, "takes the image"),
        (.changesShape(from: [16, 32, 32], to: [32, 16, 16]), "changes 16×32×32 to 32×16×16"),
        (.hasProjection, "has a projection on its shortcut"), (.isEntangled, "has more than one way in or out"),
    ])
    func obstaclesFollowAName(obstacle: Network.Obstacle, text: String) { #expect(obstacle.description == text) }
}
