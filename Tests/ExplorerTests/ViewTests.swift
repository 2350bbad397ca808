import Cells
import Plots
import Separation
import Settings
import Testing

@testable import Explorer

@Suite struct ViewTests {
    /// Code page 437, which console fonts have, beyond ASCII.
    private static let console = Set(
        "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═"
            .unicodeScalars
    ).union("╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■".unicodeScalars)

    /// Nothing on the screen is a sign for which nobody thought of another one.
    @Test(arguments: ["", "M4f", "MT", "S", "S.", "P", "K", "B", "Bz", "}}c", "vy", "vvv", "b", "|", ")d", "T", "rr"])
    func everySignHasASpelling(keys: String) throws {
        for glyphs in [GlyphSet.ascii, .blocks] {
            var driver = try RunsTests.driver(columns: 160, rows: 48, second: SampleTests.run)
            driver.model.glyphs = glyphs
            for message in GeometryPanelTests.messages(SyntheticRun.small) { driver.send(message) }
            driver.type(keys)
            let text = driver.text.replacing("? help", with: "")
            if glyphs == .ascii {
                #expect(text.unicodeScalars.allSatisfy(\.isASCII) && !text.contains("?"), "\(keys)")
            } else {
                let strange = Set(text.unicodeScalars.filter { !$0.isASCII && !Self.console.contains($0) })
                #expect(strange.isEmpty, "\(keys)")
            }
        }
    }

    @Test func tinyScreensSayWhatIsMissing() throws {
        var driver = try Driver.finished(columns: 39, rows: 12)
        #expect(driver.text.contains("needs 40×12"))
        for (columns, rows) in [(0, 0), (1, 1), (5, 1), (12, 3), (39, 11), (300, 11), (39, 100)] {
            driver.send(.terminal(.resized(Size(columns: columns, rows: rows))))
            let buffer = view(driver.model)
            #expect(buffer.size == Size(columns: columns, rows: rows))
            if columns > 0 && rows > 0 { #expect(driver.text.contains("q")) }
        }
    }

    @Test func figuresAreTheResults() throws {
        let text = try Driver.finished().text
        let figures = SyntheticRun.small.layers[18].figures
        let before = SyntheticRun.small.layers[17].figures
        for value in [figures.modularity, figures.correctModularity, figures.wrongModularity, figures.r] {
            #expect(text.contains(Numbers.fixed(value)))
        }
        #expect(text.contains("± \(Numbers.fixed(figures.standardError))"))
        // By hand: M falls, so does AQ; EQ rises: all for the worse.
        #expect(figures.modularity < before.modularity)
        #expect(text.contains("▼ −\(Numbers.fixed(before.modularity - figures.modularity))"))
        #expect(text.contains("▲ +\(Numbers.fixed(figures.wrongModularity - before.wrongModularity))"))
        #expect(text.contains("correct \(Numbers.grouped(figures.correct))"))
    }

    @Test func numbersAreWrittenAsTheScreenHasThem() {
        #expect(Numbers.fixed(-0.25, 2) == "−0.25")
        #expect(Numbers.signed(0.25, 2) == "+0.25")
        #expect(Numbers.signed(0.001, 2) == "0.00")
        #expect(Numbers.signed(-0.001, 2) == "0.00")
        #expect(Numbers.percent(0.8237) == "82.4 %")
        #expect(Numbers.percent(0.9994) == "99.9 %" && Numbers.percent(1) == "100.0 %")
        #expect(Numbers.percent(0.99951) == "> 99.9 %" && Numbers.percent(0.99999, 2) == "> 99.99 %")
        #expect(Numbers.padded("7", to: 3) == "  7")
        #expect(Numbers.duration(0) == "0 s")
        #expect(Numbers.duration(59.4) == "59 s")
        #expect(Numbers.duration(59.6) == "1:00 min")
        #expect(Numbers.duration(3725) == "1 h 02 min")
        #expect(Numbers.duration(.infinity) == "?" && Numbers.duration(-1) == "?" && Numbers.duration(.nan) == "?")
    }

    @Test func aThemeThatPaintsLeavesNoCellBare() throws {
        var driver = try Driver.finished(theme: "paper")
        #expect(view(driver.model).cells.allSatisfy { $0.style.background != nil && $0.style.foreground != nil })
        driver.model.paintsBackground = false
        #expect(view(driver.model).cells.contains { $0.style.background == nil })
        var dark = try Driver.finished()
        #expect(view(dark.model).cells.contains { $0.style.background == nil })
        dark.model.paintsBackground = true
        #expect(view(dark.model).cells.allSatisfy { $0.style.background != nil })
        // Whatever is shown, a screen that is too small among it.
        for keys in ["z", "M", "S", "?"] {
            dark.type(keys)
            #expect(view(dark.model).cells.allSatisfy { $0.style.background != nil }, "\(keys)")
        }
        dark.send(.terminal(.resized(Size(columns: 30, rows: 8))))
        #expect(view(dark.model).cells.allSatisfy { $0.style.background != nil })
    }

    @Test func redIsForWrongEdgesOnly() throws {
        var driver = try Driver.finished()
        driver.type("C")
        let wrong = driver.model.theme[.wrong].foreground
        let buffer = view(driver.model)
        // Only the count of wrong edges in the ring's corner is left.
        let red = buffer.cells.indices.filter { buffer.cells[$0].style.foreground == wrong }
        let count = Numbers.grouped(SyntheticRun.small.layers[18].figures.wrong)
        #expect(red.count == count.count)
    }

    @Test func aZoomedHistogramShowsTheShareBelowHalf() throws {
        var driver = try Driver.finished()
        driver.press(.tab)
        driver.type("z")
        #expect(driver.text.contains("below 0.5"))
        #expect(driver.text.contains(Numbers.percent(SyntheticRun.small.layers[18].histogram.shareBelowHalf)))
    }

    /// At every size at which the ring has names, the counts in its corners stay whole and apart from them.
    @Test func countsStandApartFromNames() throws {
        let figures = SyntheticRun.small.layers[18].figures
        let counts = [figures.correct, figures.wrong].map(Numbers.grouped)
        for rows in stride(from: 24, through: 60, by: 4) {
            var driver = try Driver.finished(columns: 3 * rows, rows: rows)
            driver.press(.escape)
            let rect = try #require(driver.model.layout.panels[.ring])
            let line = driver.screen[rect.maxRow - 2].dropFirst().prefix(rect.columns - 2)
            let words = line.split(separator: " ").map(String.init)
            #expect(counts.allSatisfy(words.contains), "\(line)")
        }
    }

    @Test func aVeryLargeScreenExplainsTheFigures() throws {
        #expect(try Driver.finished(columns: 300, rows: 100).text.contains("delete-group jackknife"))
        #expect(try !Driver.finished(columns: 120, rows: 40).text.contains("delete-group jackknife"))
    }

    @Test func zoomedFiguresExplainThemselves() throws {
        for (columns, rows) in [(80, 24), (120, 40), (300, 100)] {
            var driver = try Driver.finished(columns: columns, rows: rows)
            driver.press(.tab, .tab)
            driver.type("z")
            for word in ["eq. 5", "eq. 3", "eq. 4", "eq. 2", "Lu et al.", "flags of M"] {
                #expect(driver.text.contains(word), "\(word) at \(columns)")
            }
        }
    }

    @Test func textFlowsBetweenWords() {
        #expect("one two three".wrapped(toCells: 7) == ["one two", "three"])
        #expect("overlong a".wrapped(toCells: 3) == ["overlong", "a"])
        #expect("".wrapped(toCells: 3) == [])
    }

    /// Random keys, sizes and messages: nothing may trap, and the screen always has the size it was told.
    @Test(arguments: [1, 2, 3]) func survivesARandomWalk(seed: Int) throws {
        var driver = try Driver()
        var random = Generator(state: UInt64(seed))
        let run = SyntheticRun(samples: 40, edges: 60)
        let keys =
            ActionTable.entries.filter { $0.action != .quit }.flatMap(\.keys)
            + [.up, .down, .pageUp, .pageDown, .delete, .control("z"), .character("q")]
        driver.send(.header(run.header))
        for step in 0..<1000 {
            switch random.below(12) {
            case 0:
                let size = Size(columns: random.below(160), rows: random.below(60))
                driver.send(.terminal(.resized(size)))
            case 1:
                let index = random.below(20)
                if index < 19 { driver.send(.layer(index: index, run.layers[index], isPreview: step < 300)) }
            case 2: driver.send(.tick(nowSeconds: Double(step)))
            case 3:
                let fraction = Double(random.below(150)) / 100
                driver.send(.progress(JobProgress(phase: .full, layer: random.below(19), fraction: fraction)))
            default: driver.press(keys[random.below(keys.count)])
            }
            if step % 7 == 0 {
                let buffer = view(driver.model)
                #expect(buffer.size == driver.model.size)
            }
            if step == 900 { driver.send(.jobFailed("stopped")) }
        }
    }

    /// A run whose data is as odd as can be: no classes, no samples, figures that aren't finite.
    @Test func survivesOddRuns() throws {
        var driver = try Driver()
        var header = SyntheticRun.small.header
        header.classes = []
        header.labels = []
        header.edges = 0
        header.parameters = 0
        driver.send(.header(header))
        var layer = SyntheticRun.small.layers[0]
        layer.edges = [Edge(source: -1, target: 1 << 30, similarity: .nan)]
        layer.figures.modularity = .nan
        layer.figures.r = .infinity
        layer.histogram = SimilarityHistogram()
        layer.description.shape = []
        driver.send(.layer(index: 0, layer, isPreview: false))
        driver.send(.layer(index: 1, layer, isPreview: false))
        for key in ActionTable.entries.filter({ $0.action != .quit }).flatMap(\.keys) {
            driver.press(key)
            #expect(view(driver.model).size == driver.model.size)
        }
    }
}
