import Foundation
import Testing

extension VirtualScreen {
    /// The ring panel's title: the layer's name and its place, as `layer 3/19`.
    var layer: (name: String, place: String)? {
        guard lines.count > 1, let match = lines[1].firstMatch(of: /^╭─ (\S+) .*?((?:layer |block )?\d+\/\d+) ─╮/)
        else {
            return nil
        }
        return (String(match.1), String(match.2))
    }

    func shows(_ name: String, _ place: String) -> Bool { layer.map { $0 == (name, place) } ?? false }

    /// Whether frames reach to all edges, header and footer stand where they should.
    var isFilled: Bool {
        guard lines.count == rows, rows >= 12 else { return false }
        let (upper, lower) = (lines[1], lines[rows - 2])
        return lines[0].hasPrefix(" sepal") && lines[rows - 1].contains("q quit")
            && upper.hasPrefix("╭") && upper.hasSuffix("╮") && upper.count == columns
            && lower.hasPrefix("╰") && lower.hasSuffix("╯") && lower.count == columns
    }

    /// Whether the header is that of a finished analysis.
    var isComplete: Bool { lines[0].contains("accuracy ") && !lines[0].contains(" of ") }

    /// Cells of pictures.
    var halfBlocks: Int { text.unicodeScalars.count { $0 == "▀" } }

    /// Characters of braille with dots.
    func dots(columns: Range<Int>, rows: Range<Int>) -> Int {
        part(columns: columns, rows: rows).joined().unicodeScalars.count { 0x2801...0x28FF ~= $0.value }
    }
}

/// The explorer as its users have it: keys in, screen out.
@Suite struct ExplorerScreenTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Leaves with `q`; nothing may be left of it.
    private func leave(_ session: TerminalSession) throws {
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(session.errors == "" || session.errors == note)
        #expect(session.screen.unknown == [])
    }

    /// What the demo says before it opens the screen.
    private let note = "sepal: normalisation from the checkpoint's metadata\n"

    @Test func featuresAreExploredToo() throws {
        let path = try folder.write(SmallFeatures().bytes, as: "features.npz")
        let session = try TerminalSession(["explore", path], in: folder)
        try session.wait("the end of the analysis") {
            $0.isFilled && $0.lines[0].hasPrefix(" sepal  features.npz") && $0.lines[0].hasSuffix(" 3 layers")
                && $0.shows("conv3", "layer 3/3")
        }
        #expect(!session.screen.lines[0].contains("accuracy"))
        session.type("S")
        try session.wait("a sample without a picture") { $0.text.contains("none: features") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [] && session.screen.unknown == [])
        #expect(session.errors == "sepal: features of 3 layers, 30 rows\n")
    }

    /// With pictures of a quarter of their size, as principal components take long without optimisation.
    @Test func theDemoGoesStraightIntoTheExplorer() throws {
        let session = try TerminalSession(
            ["demo", "--samples", "60", "--resize", "16"], in: folder)
        try session.wait("the alternate screen, with keys and cursor of the program's own") {
            $0.modes.contains(1049) && !$0.modes.contains(25) && $0.isFilled
        }
        try session.wait("the end of the analysis") {
            $0.lines[0].hasPrefix(" sepal  resnet32-signs") && $0.lines[0].contains("accuracy ") && $0.isComplete
                && $0.lines[0].hasSuffix("31 layers") && $0.shows("layer3.4.conv2", "layer 31/31")
        }
        try session.wait("ring, histogram, figures and curve") {
            $0.dots(columns: 0..<58, rows: 2..<28) > 150 && $0.dots(columns: 0..<120, rows: 29..<38) > 60
                && $0.text.contains("─ Similarity ─") && $0.text.contains("0.9–1.0")
                && $0.text.contains("─ Modularity of this layer ─")
                && $0.text.contains("─ Modularity curve  τ 0.020  L 3 ─")
                && $0.text.contains("correct ") && $0.text.contains("wrong ")
        }
        session.type("2S")
        try session.wait("a picture of the images being analysed") {
            $0.lines[1].hasPrefix("╭─ Sample 2  layer3.4.conv2 ─") && $0.halfBlocks > 60
        }
        session.type("s")
        try session.wait("why the view isn't kept") {
            $0.text.contains("the view can't be kept: this run is in no file")
        }
        try leave(session)
    }

    @Test func picturesOfASavedRunAreRead() throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
        session.type("S")
        // The sample's own picture has 200 cells; its neighbours' come one after the other.
        try session.wait("the sample and its nearest") {
            $0.lines[1].hasPrefix("╭─ Sample 1  conv1 ─") && $0.text.contains("nearest 1 of ") && $0.halfBlocks > 400
        }
        try leave(session)
    }

    @Test func keysMoveThroughTheLayers() throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
        let steps: [(TerminalSession.Key, String, Int)] = [
            (.right, "layer1.0.conv1", 2), (.right, "layer1.0.conv2", 3), (.left, "layer1.0.conv1", 2),
            (.end, "layer3.0.conv2", 7), (.left, "layer3.0.conv1", 6), (.home, "conv1", 1),
        ]
        for (key, name, place) in steps {
            session.press(key)
            try session.wait("\(name) after \(key)") { $0.shows(name, "layer \(place)/7") }
        }
        session.type("b")
        try session.wait("the block level") { $0.shows("conv1", "block 1/4") && $0.text.contains("L 3  blocks") }
        session.press(.right)
        try session.wait("the next block") { $0.shows("layer1.0.conv2", "block 2/4") }
        session.type("bl")
        try session.wait("all layers again") { $0.shows("layer2.0.conv1", "layer 4/7") }
        session.type("++")
        try session.wait("a greater tolerance") { $0.text.contains("τ 0.030  L 3") }
        try leave(session)
    }

    @Test func panelsZoomAndTheHelpOpens() throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the ring") { $0.shows("conv1", "layer 1/7") && $0.dots(columns: 0..<58, rows: 2..<28) > 100 }
        let start = session.screen.text
        session.type("z")
        try session.wait("the ring over the whole screen") {
            $0.isFilled && !$0.text.contains("Similarity") && !$0.text.contains("Modularity curve")
                && $0.dots(columns: 20..<100, rows: 2..<38) > 200
        }
        session.press(.escape)
        try session.wait("the screen as it was") { $0.text == start }
        session.press(.tab)
        session.type("z")
        try session.wait("the histogram over the whole screen") {
            $0.isFilled && $0.text.contains("─ Similarity ─") && !$0.text.contains("Modularity")
        }
        session.type("\r")
        try session.wait("all panels") { $0.text.contains("Modularity curve") }
        session.type("?")
        try session.wait("the help") {
            $0.isFilled && $0.lines[1].contains("─ Keys ─") && $0.lines[1].contains("? or Esc closes")
                && $0.text.contains("go to the next layer") && $0.text.contains("leave")
                && !$0.text.contains("Similarity")
        }
        session.type("?")
        try session.wait("no help") { $0.text.contains("Similarity") && $0.shows("conv1", "layer 1/7") }
        try leave(session)
    }

    /// Other colours, the same text.
    @Test func themesChangeColorsAlone() throws {
        let session = try TerminalSession(["explore", try folder.makeRun(), "--no-motion"], in: folder)
        try session.wait("the ring, and all that is drawn after it") {
            $0.isFilled && $0.shows("conv1", "layer 1/7") && $0.dots(columns: 0..<58, rows: 2..<28) > 100
        }
        let (text, styles) = (session.screen.text, session.screen.styles)
        session.type("t")
        try session.wait("other colours") { !$0.styles.isSubset(of: styles) && $0.text == text }
        try leave(session)
    }

    @Test func noColorMeansNone() throws {
        for (arguments, environment) in [(["--no-color"], [:]), ([], ["NO_COLOR": "1"])] {
            let folder = try ScratchFolder()
            let session = try TerminalSession(
                ["explore", try folder.makeRun()] + arguments, in: folder, environment: environment)
            try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
            session.type("t")
            // Bold, dim and the like are left; colours have numbers from 30 on, and 39 and 49 end them.
            let numbers = session.screen.styles.flatMap { $0.dropLast().split(separator: ";").compactMap { Int($0) } }
            #expect(Set(numbers.filter { $0 >= 30 }).subtracting([39, 49]) == [])
            try leave(session)
        }
    }

    @Test func theScreenFollowsTheTerminalsSize() throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
        session.press(.right)
        for (columns, rows) in [(80, 24), (200, 60), (120, 40), (60, 60)] {
            session.resize(columns: columns, rows: rows)
            try session.wait("\(columns) × \(rows) cells filled") {
                $0.isFilled && $0.layer?.name == "layer1.0.conv1" && $0.dots(columns: 0..<columns, rows: 2..<rows) > 80
                    && $0.text.contains("Modularity")
            }
        }
        session.resize(columns: 30, rows: 8)
        try session.wait("a word on the size") { $0.text.contains("needs 40×12") }
        session.resize(columns: 120, rows: 40)
        try session.wait("everything again") { $0.isFilled && $0.shows("layer1.0.conv1", "layer 2/7") }
        try leave(session)
    }

    @Test func itPlaysByItself() throws {
        let session = try TerminalSession(
            ["explore", try folder.makeRun(), "--play", "0.05", "--glyphs", "blocks"], in: folder)
        try session.wait("the last layer") { $0.text.contains(" layer3.0.conv2 ") && $0.text.contains("layer 7/7") }
        #expect(session.screen.dots(columns: 0..<120, rows: 0..<40) == 0)
        try leave(session)
    }

    @Test(arguments: ["xterm", "screen-256color", "tmux-256color"]) func otherTerminalsWillDo(type: String) throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder, environment: ["TERM": type])
        try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled && $0.modes.contains(1049) }
        session.press(.end)
        try session.wait("the last layer") { $0.shows("layer3.0.conv2", "layer 7/7") }
        try leave(session)
    }

    @Test func anUnknownTerminalGetsTheNextBest() throws {
        let session = try TerminalSession(
            ["explore", try folder.makeRun()], in: folder, environment: ["TERM": "nonsense"])
        try session.wait("the first layer") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(session.errors.split(separator: "\n").count == 1)
        #expect(session.errors.hasPrefix("sepal: the terminal type 'nonsense'"), "\(session.errors)")
    }

    @Test func aTerminalWithoutPositionsIsRefused() throws {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder, environment: ["TERM": "dumb"])
        #expect(try session.waitForEnd() == 1)
        #expect(session.leftBehind == [])
        #expect(session.screen.lines.filter { !$0.isEmpty } == ["typed before"])
        #expect(session.errors.hasPrefix("sepal: the terminal type 'dumb'"), "\(session.errors)")
    }

    /// The analysis ends in an error while the explorer is open: said on the screen, and once more after it.
    @Test func aFailureIsSaidOnTheScreen() throws {
        var network = SmallNetwork()
        for name in ["bn1.weight", "layer1.0.bn1.weight"] { network.spoil(name, with: 3e38) }
        let session = try TerminalSession(
            [
                "explore", try folder.write(network.bytes, as: "network.safetensors"), "--data",
                try folder.write(SmallImages().bytes, as: "images.npz"), "--norm", "none",
            ], in: folder)
        try session.wait("what is wrong") {
            $0.lines[1].contains("NaN or infinity") && $0.lines[0].hasSuffix("stopped")
        }
        session.type("q")
        #expect(try session.waitForEnd() == 65)
        #expect(session.leftBehind == [])
        #expect(session.errors.split(separator: "\n").count == 1 && session.errors.hasPrefix("sepal: layer "))
    }
}
