import Cells
import Separation
import Testing

@testable import Explorer

/// Samples one by one: what is reckoned of them, the keys, and the pictures that are asked for.
@Suite struct SampleTests {
    // MARK: A run with neighbours, predictions and pictures

    /// Ten neighbours of each sample, of its own class as often as the layer's edges are.
    static let run: SyntheticRun = {
        let small = SyntheticRun.small
        var (header, layers) = (small.header, small.layers)
        header.predictions = header.labels.enumerated().map { $0 % 6 == 0 ? ($1 + 1) % 10 : $1 }
        let byClass = (0..<10).map { label in header.labels.indices.filter { header.labels[$0] == label } }
        for layer in layers.indices {
            var random = Generator(state: UInt64(100 + layer))
            let indices = header.labels.enumerated().flatMap { sample, label in
                (0..<10).map { _ in
                    let isOwn = random.below(100) < SyntheticRun.shares[layer]
                    let others = byClass[isOwn ? label : (label + 1 + random.below(9)) % 10].filter { $0 != sample }
                    return Int32(others[random.below(others.count)])
                }
            }
            let similarities = indices.indices.map { 0.9 - 0.02 * Float($0 % 10) }
            layers[layer].neighbors = NeighborLists(k: 10, indices: indices, similarities: similarities)
        }
        return SyntheticRun(header: header, layers: layers)
    }()

    /// A bright disc on a dark ground, of another size for each class; every second class is in grey.
    static func picture(_ sample: Int) -> Thumbnail? {
        let label = SyntheticRun.small.header.labels[sample]
        let side = 16
        let disc = (0..<(side * side)).map { place -> UInt8 in
            let (x, y) = (2 * (place % side) - side + 1, 2 * (place / side) - side + 1)
            return x * x + y * y < (4 + label) * (4 + label) ? 230 : UInt8(20 + 4 * (place % side))
        }
        let isGrey = label % 2 == 0
        let pixels = isGrey ? disc : disc + disc.map { $0 / 2 } + disc.map { 255 - $0 }
        return Thumbnail(channels: isGrey ? 1 : 3, height: side, width: side, pixels: pixels)
    }

    static func driver(
        columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille, theme: String = "dusk"
    ) throws -> Driver {
        var driver = try Driver(columns: columns, rows: rows, glyphs: glyphs, theme: theme)
        driver.load(run)
        for message in GeometryPanelTests.messages(run) { driver.send(message) }
        driver.pictures = picture
        return driver
    }

    /// Four samples of two classes, one neighbour each, four layers.
    static func tiny(nearest: [[Int32]], labels: [Int] = [0, 0, 1, 1]) throws -> SyntheticRun {
        let small = SyntheticRun.small
        var (header, layers) = (small.header, Array(small.layers.prefix(nearest.count)))
        header.layers = Array(header.layers.prefix(nearest.count))
        (header.labels, header.samples, header.k) = (labels, labels.count, 1)
        header.classes = ["one of a very long name that no panel has room for", "other"]
        for layer in layers.indices {
            layers[layer].edges = [
                Edge(source: 0, target: 1, similarity: 0.5), Edge(source: 0, target: 2, similarity: 0.75),
                Edge(source: 0, target: 3, similarity: 0.25), Edge(source: 1, target: 2, similarity: 0.75),
            ]
            let k = nearest[layer].count / labels.count
            layers[layer].neighbors = NeighborLists(
                k: k, indices: nearest[layer],
                similarities: nearest[layer].indices.map { 0.9 - 0.1 * Float($0 % max(1, k)) })
        }
        return SyntheticRun(header: header, layers: layers)
    }

    static func load(_ run: SyntheticRun, into driver: inout Driver) {
        driver.send(.header(run.header))
        for (index, layer) in run.layers.enumerated() { driver.send(.layer(index: index, layer, isPreview: false)) }
        driver.send(.jobFinished)
    }

    // MARK: Figures

    /// Of two neighbours each: both of the other class, one, both, one, both of its own.
    @Test func theShareOfTheOwnClass() throws {
        var driver = try Driver()
        let rows: [[Int32]] = [[2, 3], [2, 1], [1, 4], [3, 1], [4, 1]]
        let others: [Int32] = [0, 2, 3, 4, 0, 1, 2, 3]
        Self.load(try Self.tiny(nearest: rows.map { $0 + others }, labels: [0, 0, 1, 1, 0]), into: &driver)
        let curve = driver.model.ownClassCurve(of: 0)
        #expect(curve.shares == [0, 0.5, 1, 0.5, 1] && curve.count == 2)
        #expect(curve.lasting == 1, "one half is enough")
        #expect(driver.model.ownClassCurve(of: 4).shares == [0, 0, 0, 0, 0])
    }

    @Test func whereTheOwnClassLasts() {
        func lasting(_ shares: Double?...) -> Int? {
            OwnClassCurve(layers: Array(shares.indices), shares: shares, count: 10).lasting
        }
        #expect(lasting(0.6, 0.4, 0.5, 0.9) == 2)
        #expect(lasting(0.6, 0.7) == 0)
        #expect(lasting(0.9, 0.9, 0.4) == nil)
        #expect(lasting(0.4, nil, 0.8, nil) == 2, "unknown layers say nothing")
        #expect(lasting(nil, nil) == nil && lasting() == nil)
    }

    @Test func edgesOfASampleAreCounted() throws {
        var driver = try Self.driver()
        driver.type("37S")
        let (labels, edges) = (Self.run.header.labels, Self.run.layers[18].edges)
        let own = edges.filter { $0.source == 36 || $0.target == 36 }
        let correct = own.count { labels[Int($0.source)] == labels[Int($0.target)] }
        #expect(driver.model.shownOwnEdges?.correct == correct)
        #expect(driver.model.shownOwnEdges?.wrong == own.count - correct)
        driver.press(.left)
        #expect(driver.model.shownOwnEdges?.key.layer == 17)
    }

    @Test func wrongEdgesAreSorted() throws {
        let edges = WrongEdges(
            between: 1, and: 0, edges: try Self.tiny(nearest: [[1, 0, 3, 2]]).layers[0].edges, labels: [0, 0, 1, 1],
            key: GraphKey(layer: 0, isPreview: false))
        #expect(edges.edges.map { [$0.source, $0.target] } == [[2, 0], [2, 1], [3, 0]])
        #expect(edges.edges.map(\.similarity) == [0.75, 0.75, 0.25])
    }

    // MARK: Keys

    @Test func samplesAreSteppedThrough() throws {
        var driver = try Self.driver()
        driver.type("S")
        #expect(driver.model.focus == .sample && driver.model.shownSample == 0)
        driver.press(.down, .down, .up)
        #expect(driver.model.shownSample == 1 && driver.model.classFocus == nil)
        driver.press(.up, .up)
        #expect(driver.model.shownSample == 0)
        // Of the class looked at alone.
        driver.type("4fj")
        let cats = Self.run.header.labels.indices.filter { Self.run.header.labels[$0] == 3 }
        #expect(driver.model.shownSample == cats[0])
        driver.press(.down)
        #expect(driver.model.shownSample == cats[1])
        driver.type("200S")
        #expect(driver.model.shownSample == 199)
        driver.press(.down)
        driver.type("201S")
        #expect(driver.model.shownSample == 199, "there are 200")
    }

    @Test func neighboursAreGoneTo() throws {
        var driver = try Self.driver()
        driver.type("37S")
        let neighbors = driver.model.shownNeighbors
        #expect(neighbors.count == 10)
        driver.type("..,")
        #expect(driver.model.chosenNeighbor == 1)
        driver.press(.enter)
        #expect(driver.model.shownSample == neighbors[1].sample && driver.model.chosenNeighbor == 0)
        driver.type(String(repeating: ".", count: 12))
        #expect(driver.model.chosenNeighbor == 9)
        let last = driver.model.shownNeighbors[9].sample
        driver.press(.enter)
        #expect(driver.model.shownSample == last)
        driver.press(.backspace)
        #expect(driver.model.shownSample == neighbors[1].sample)
        driver.press(.backspace, .backspace, .backspace)
        #expect(driver.model.shownSample == 0, "the first one shown")
        #expect(driver.model.focus == .sample)
    }

    @Test func zoomAndTabKeepTheirMeaning() throws {
        var driver = try Self.driver()
        driver.type("Sz")
        #expect(driver.model.isZoomed)
        driver.press(.escape, .tab)
        #expect(!driver.model.isZoomed && driver.model.focus == .histogram)
        driver.press(.enter)
        #expect(driver.model.isZoomed, "nothing to open there")
    }

    @Test func theMatrixOpensItsWrongEdges() throws {
        var driver = try Self.driver()
        driver.type("M")
        driver.press(.enter)
        #expect(driver.model.isZoomed, "no class is looked at")
        driver.type("z4f")
        let edges = try #require(driver.model.run.classEdges[18])
        let most = try #require(edges.edges(of: 3).wrong.first)
        #expect(driver.model.comparedClass == most.label)
        driver.press(.enter)
        #expect(driver.model.focus == .pairs)
        let shown = try #require(driver.model.shownWrongEdges?.edges)
        #expect(shown.count == most.count)
        #expect(shown.map(\.similarity) == shown.map(\.similarity).sorted(by: >))
        let labels = Self.run.header.labels
        #expect(shown.allSatisfy { labels[Int($0.source)] == 3 && labels[Int($0.target)] == most.label })
        // The class beside it, past the class itself.
        driver.press(.escape)
        #expect(driver.model.focus == .matrix)
        driver.type(String(repeating: ",", count: 9))
        #expect(driver.model.comparedClass == 0)
        driver.type("...")
        #expect(driver.model.comparedClass == 4)
        driver.type("5f")
        #expect(driver.model.comparedClass == edges.edges(of: 4).wrong.first?.label, "another class, another choice")
    }

    /// Where few classes fit, the one compared is among them.
    @Test func theClassComparedStaysInSight() throws {
        var driver = try Self.driver(columns: 80, rows: 24)
        driver.type("M4f")
        for _ in 0..<12 {
            let other = SyntheticRun.classes[try #require(driver.model.comparedClass)].prefix(3)
            #expect(driver.screen[2].contains(" \(other) ") && driver.screen[2].contains(" cat "))
            driver.type(",")
        }
    }

    @Test func pairsOpenTheirSamples() throws {
        var driver = try Self.driver()
        driver.type("M4f")
        driver.press(.enter, .down, .down, .up)
        #expect(driver.model.samples.edge == 1)
        let edge = try #require(driver.model.chosenEdge)
        driver.press(.enter)
        #expect(driver.model.focus == .sample && driver.model.shownSample == Int(edge.source))
        driver.press(.escape)
        #expect(driver.model.focus == .pairs && driver.model.chosenEdge == edge)
        driver.type(".")
        driver.press(.enter)
        #expect(driver.model.shownSample == Int(edge.target))
        driver.press(.escape, .escape)
        #expect(driver.model.focus == .matrix && driver.model.classFocus == 3)
        driver.press(.escape)
        #expect(driver.model.classFocus == nil)
    }

    /// The edge chosen stays chosen on a layer that has it too.
    @Test func theEdgeChosenIsFollowed() throws {
        var driver = try Driver()
        var run = try Self.tiny(nearest: [[1, 0, 3, 2], [1, 0, 3, 2]])
        var layers = run.layers
        layers[1].edges[3].similarity = 0.1
        run = SyntheticRun(header: run.header, layers: layers)
        Self.load(run, into: &driver)
        driver.press(.home)
        driver.type("M1f")
        driver.press(.enter, .down)
        #expect(driver.model.chosenEdge.map { [$0.source, $0.target] } == [1, 2])
        driver.press(.right)
        #expect(driver.model.chosenEdge.map { [$0.source, $0.target] } == [1, 2] && driver.model.samples.edge == 2)
    }

    @Test func theMapOpensItsSample() throws {
        var driver = try Self.driver()
        driver.type("P")
        driver.press(.enter)
        #expect(driver.model.isZoomed, "none is chosen")
        driver.type("z..")
        #expect(driver.model.shownSample == 1)
        #expect(driver.text.contains("sample 2 · horse"))
        driver.type("4f.")
        let label = driver.model.shownSample.map { Self.run.header.labels[$0] }
        #expect(label == 3)
        driver.press(.enter)
        #expect(driver.model.focus == .sample)
        driver.press(.escape)
        #expect(driver.model.focus == .map && driver.model.classFocus == 3)
    }

    @Test func theMapKnowsTheSampleUnderACell() throws {
        var driver = try Self.driver()
        driver.type("P")
        let panel = MapPanel(model: driver.model)
        let rect = try #require(driver.model.layout.panels[.map])
        let map = try #require(driver.model.run.maps[18])
        let plane = MapPanel.Plane(rect: rect.inset(columns: 1, rows: 1), glyphs: .braille)
        for sample in [0, 17, 100] {
            let cell = plane.cell(map.points[sample])
            let found = try #require(panel.sample(at: cell))
            #expect(plane.cell(map.points[found]) == cell)
        }
        // The frame and the middle of the circle of clusters are far from all.
        #expect(panel.sample(at: Point(column: rect.minColumn, row: rect.minRow)) == nil)
        #expect(panel.sample(at: Point(column: rect.minColumn + rect.columns / 2, row: rect.minRow + 13)) == nil)
        #expect(panel.sample(at: Point(column: -5, row: 900)) == nil)
        driver.type("R")
        #expect(MapPanel(model: driver.model).sample(at: plane.cell(map.points[0])) == nil)
    }

    // MARK: Effects

    private func asked(_ effects: [Effect]) -> [Int] {
        effects.compactMap { if case .readPicture(_, let sample) = $0 { sample } else { nil } }
    }

    @Test func picturesComeOneByOneTheNewestFirst() throws {
        var driver = try Self.driver()
        driver.pictures = nil
        driver.type("S")
        #expect(asked(driver.effects) == [0])
        driver.press(.down, .down, .down)
        #expect(asked(driver.effects) == [0], "one is being read")
        // What is looked at now comes before what was asked for meanwhile.
        driver.send(.picture(run: 0, sample: 0, Self.picture(0)))
        #expect(asked(driver.effects) == [0, 3])
        driver.send(.picture(run: 0, sample: 3, Self.picture(3)))
        let nearest = driver.model.shownNeighbors[0].sample
        #expect(asked(driver.effects) == [0, 3, nearest])
        // One that nobody waits for changes nothing.
        driver.send(.picture(run: 0, sample: 150, Self.picture(150)))
        #expect(driver.model.picture(of: 150) == nil && driver.model.pictures.pending?.sample == nearest)
        #expect(driver.model.picture(of: 3) == Self.picture(3))
    }

    @Test func nothingIsReadThatIsNotSeen() throws {
        var driver = try Self.driver()
        driver.pictures = nil
        driver.press(.down, .tab)
        driver.type("MP.")
        #expect(asked(driver.effects).isEmpty)
    }

    @Test func everyPictureIsReadOnce() throws {
        var driver = try Self.driver()
        var count = 0
        driver.pictures = { sample in
            count += 1
            return Self.picture(sample)
        }
        driver.type("S")
        let wanted = Set(driver.model.wantedPictures)
        #expect(count == wanted.count)
        driver.press(.down, .up)
        let all = wanted.union(driver.model.neighbors(of: 1, layer: 18).map(\.sample)).union([1])
        #expect(count == all.count && driver.model.pictures.count == all.count)
    }

    @Test func theCacheIsBounded() {
        var cache = PictureCache()
        let keys = (0..<1000).map { PictureKey(run: 3, sample: $0) }
        for key in keys { cache.insert(nil, for: key, wanted: Array(keys[..<2])) }
        #expect(cache.count == PictureCache.limit)
        #expect([0, 1, 999].allSatisfy { cache.isKnown(keys[$0]) } && !cache.isKnown(keys[2]))
        #expect(!cache.isKnown(PictureKey(run: 0, sample: 0)))
    }

    @Test func anotherRunForgetsTheSamples() throws {
        var driver = try Self.driver()
        driver.type("37S")
        Self.load(try Self.tiny(nearest: [[1, 0, 3, 2]]), into: &driver)
        #expect(driver.model.samples.sample == nil && driver.model.shownSample == 0)
    }

    // MARK: Screens

    @Test func whatIsMissingIsSaid() throws {
        var driver = try Driver()
        driver.type("S")
        #expect(driver.text.contains("waiting"))
        driver.pictures = { _ in nil }
        driver.load(SyntheticRun.small)
        #expect(driver.text.contains("none in the run") && driver.text.contains("no neighbours in the run"))
        #expect(!driver.text.contains("network"), "without predictions")
        var header = SyntheticRun.small.header
        header.architecture = "features"
        driver.send(.header(header))
        #expect(driver.text.contains("none: features"))
        driver.type("M4f")
        driver.press(.enter)
        driver.type("f")
        #expect(driver.text.contains("look at a class"))
    }

    @Test func aPreviewMayLackTheSample() throws {
        var driver = try Driver()
        driver.pictures = Self.picture
        driver.send(.header(Self.run.header))
        var preview = Self.run.layers[0]
        preview.neighbors = NeighborLists(k: 1, indices: [1, 0], similarities: [0.5, 0.5])
        driver.send(.layer(index: 0, preview, isPreview: true))
        driver.type("3S")
        #expect(driver.text.contains("not in the preview"))
        driver.press(.up)
        #expect(driver.text.contains("nearest 1 of 1"))
    }

    @Test func rightAndWrongDifferWithoutColour() throws {
        var driver = try Self.driver()
        driver.type("1S")
        #expect(driver.text.contains("✗ says automobile"))
        driver.type("2S")
        #expect(driver.text.contains("✓ right"))
    }

    @Test(arguments: GlyphSet.allCases, ["dusk", "paper", "mono"]) func everySizeIsDrawn(
        glyphs: GlyphSet, theme: String
    ) throws {
        let tiny = try Self.tiny(nearest: [[1, 0, 3, 2], [2, 2, 1, 1]])
        for (columns, rows) in [(40, 12), (56, 18), (80, 24), (100, 33), (120, 40), (300, 100)] {
            for isTiny in [true, false] {
                var driver = try Driver(columns: columns, rows: rows, glyphs: glyphs, theme: theme)
                driver.pictures = isTiny && glyphs == .blocks ? { _ in nil } : { Self.picture($0) }
                if isTiny { Self.load(tiny, into: &driver) } else { driver.load(Self.run) }
                driver.type("S")
                let panel = try #require(driver.model.layout.panels[.sample])
                for keys in ["", "z", ".", "zM2f", "\n", ".", "z"] {
                    if keys == "\n" { driver.press(.enter) } else { driver.type(keys) }
                    let lines = driver.screen
                    #expect(lines.count == rows)
                    if glyphs == .ascii { #expect(lines.joined().unicodeScalars.allSatisfy { $0.isASCII }) }
                }
                #expect(driver.model.focus == .pairs && panel.columns > 0)
            }
        }
    }
}
