import Cells
import Separation
import Testing

@testable import Explorer

/// Several runs in one explorer.
@Suite struct RunsTests {
    /// Two runs of the synthetic network, the second with M a tenth lower, at the end of the first.
    static func driver(
        columns: Int = 120, rows: Int = 40, first: SyntheticRun = .small, second: SyntheticRun? = nil
    ) throws -> Driver {
        var driver = try Driver(columns: columns, rows: rows)
        driver.send(0, "before", first)
        driver.send(1, "after", second ?? first.changed { $0.figures.modularity *= 0.9 })
        return driver
    }

    @Test func figuresDifferFromTheOtherRun() throws {
        var driver = try Self.driver()
        #expect(driver.model.shownRun == 0 && driver.model.runs.count == 2)
        #expect(driver.text.contains("1/2 before") && driver.text.contains("difference to after"))
        let value = SyntheticRun.small.layers[18].figures.modularity
        #expect(driver.text.contains("▲ \(Numbers.padded(Numbers.signed(value - value * 0.9), to: 7))"))
        driver.type(")")
        #expect(driver.model.shownRun == 1 && driver.text.contains("2/2 after"))
        #expect(driver.text.contains("▼ \(Numbers.padded(Numbers.signed(value * 0.9 - value), to: 7))"))
        driver.type("d")
        #expect(driver.text.contains("change from the layer before"))
        driver.type(")")
        #expect(driver.model.shownRun == 1, "there are two")
        driver.type("(")
        #expect(driver.model.shownRun == 0)
    }

    @Test func theLayerStaysWithItsName() throws {
        var driver = try Self.driver(second: SyntheticRun.small.without([3, 4, 9]))
        driver.type("5G)")
        #expect(driver.model.cursor == 2, "its own layer is missing: the one before it")
        driver.type("(8G)")
        #expect(driver.model.run.layers[driver.model.cursor ?? 0].name == SyntheticRun.small.header.layers[7].name)
        driver.type("b(")
        #expect(driver.model.level == .block && driver.model.shownRun == 0)
    }

    @Test func bothCurvesAreDrawn() throws {
        var driver = try Self.driver()
        for _ in CurveKind.allCases {
            #expect(driver.model.curve.value == nil || driver.text.contains("after"), "\(driver.model.curve)")
            driver.type("v")
        }
        let partners = try Self.driver(second: SyntheticRun.small.without([3, 4, 9])).model.partners(in: 1)
        #expect(partners[2] == 2 && partners[3] == nil && partners[5] == 3 && partners[18] == 15)
    }

    @Test func sideBySide() throws {
        var driver = try Self.driver(columns: 160)
        driver.computesRings = true
        driver.model.rings.pending = nil
        driver.type("|")
        #expect(driver.model.split == Split(left: 0, right: 1))
        #expect(driver.screen[0].contains("1/2 before") && driver.screen[0].contains("2/2 after"))
        #expect(driver.screen.last?.components(separatedBy: "quit").count == 2, "the keys once")
        #expect(driver.model.wantedRings.map(\.run) == [0, 1])
        driver.press(.left)
        #expect(driver.model.wantedRings.allSatisfy { $0.layer == 17 && driver.model.rings[$0] != nil })
        driver.type(")")
        #expect(driver.screen[0].hasPrefix(" sepal  ●─ 1/2 before"), "they keep their sides")
        driver.send(.terminal(.resized(Size(columns: 79, rows: 40))))
        #expect(driver.model.halves == nil && !driver.text.contains("1/2 before"))
        driver.type("||")
        #expect(driver.model.split == nil && driver.model.notice?.text == "two runs need 80 columns")
        driver.press(.left)
        #expect(driver.model.notice == nil)
    }

    @Test func oneRunHasNoOther() throws {
        var driver = try Driver.finished()
        driver.type("|")
        #expect(driver.screen.last?.contains("sepal explore A B") == true)
        driver.type("d)(")
        #expect(driver.model.shownRun == 0 && driver.model.contrast == .layer)
        #expect(driver.model.notice == nil)
    }

    /// Epochs come on the screen when they are finished, until the user goes through them.
    @Test func aTrainingIsFollowed() throws {
        var driver = try Driver(followsRuns: true)
        driver.send(.status("waiting for a checkpoint"))
        #expect(driver.screen[0].contains("waiting for a checkpoint"))
        func epoch(_ index: Int) {
            driver.send(.opened(run: index, title: "epoch-\(index + 1)"))
            driver.send(.of(run: index, .header(SyntheticRun.small.header)))
            for (layer, result) in SyntheticRun.small.layers.enumerated() {
                driver.send(.of(run: index, .layer(index: layer, result, isPreview: false)))
            }
            #expect(index == 0 || driver.model.shownRun < index)
            driver.send(.of(run: index, .jobFinished))
        }
        epoch(0)
        #expect(driver.model.cursor == 18 && driver.model.contrast == .layer)
        driver.send(.status("epoch-2.pth 40 %"))
        #expect(driver.screen[0].contains("epoch-2.pth 40 %"))
        epoch(1)
        #expect(driver.model.shownRun == 1 && driver.text.contains("2/2 epoch-2"))
        driver.type("(")
        epoch(2)
        #expect(driver.model.shownRun == 0 && driver.text.contains("1/3 epoch-1"))
        driver.type("2)")
        #expect(driver.model.shownRun == 2 && driver.text.contains("──● 3/3 epoch-3"))
    }

    /// A run of fewer layers that comes on the screen doesn't pull the layer away from under a line that is typed.
    @Test func nothingChangesUnderTheHandsOfSomebodyWhoTypes() throws {
        var driver = try Driver(followsRuns: true)
        func add(_ index: Int, _ run: SyntheticRun) {
            driver.send(.opened(run: index, title: "epoch-\(index)"))
            driver.send(.of(run: index, .header(run.header)))
            for (layer, result) in run.layers.enumerated() {
                driver.send(.of(run: index, .layer(index: layer, result, isPreview: false)))
            }
            driver.send(.of(run: index, .jobFinished))
        }
        add(0, .small)
        driver.type("MG/layer2")
        let short = SyntheticRun.small.without(Set(4..<19))
        add(1, short)
        #expect(driver.model.shownRun == 0)
        driver.press(.escape)
        #expect(driver.model.cursor == 18)
        driver.type("/")
        // Another network in the place of this one.
        driver.send(.header(short.header))
        driver.press(.escape)
        for (layer, result) in short.layers.enumerated() {
            driver.send(.layer(index: layer, result, isPreview: false))
        }
        driver.type("se")
        #expect(driver.model.cursor == 3 && driver.text.contains("airplane"))
        // At the newest run the next one is followed again.
        driver.type(")")
        add(2, .small)
        #expect(driver.model.shownRun == 2)
    }

    @Test func bothSidesStayWithMoreRuns() throws {
        var driver = try Self.driver(columns: 160)
        driver.send(.opened(run: 2, title: "third"))
        driver.send(.of(run: 2, .header(SyntheticRun.small.header)))
        for (layer, result) in SyntheticRun.small.layers.enumerated() {
            driver.send(.of(run: 2, .layer(index: layer, result, isPreview: false)))
        }
        func sides() -> [String] {
            driver.screen[0].matches(of: /[123]\/3 (\S+)/).map { String($0.1) }
        }
        driver.type("|")
        #expect(sides() == ["before", "after"])
        driver.type(")")
        #expect(sides() == ["before", "after"] && driver.model.shownRun == 1)
        driver.type(")")
        #expect(sides() == ["before", "third"] && driver.model.shownRun == 2)
        driver.type("((")
        #expect(driver.model.shownRun == 0 && sides().count == 2)
        driver.type(" ")
        driver.send(.terminal(.mouse(MouseEvent(.press, column: 140, row: 5))))
        #expect(driver.model.focus == .histogram && sides().count == 2)
        driver.type("|")
        #expect(driver.model.split == nil)
    }

    /// Each run has pictures of its own, or none.
    @Test func picturesAreThoseOfTheRun() throws {
        var driver = try Self.driver(columns: 160, second: SampleTests.run)
        driver.type("S")
        driver.model.pictures.pending = nil
        driver.send(.tick(nowSeconds: 0))
        #expect(driver.effects.contains(.readPicture(run: 0, sample: 0)))
        driver.send(.picture(run: 0, sample: 0, nil))
        driver.type(")")
        #expect(driver.effects.last == .readPicture(run: 1, sample: 0))
        driver.send(.picture(run: 1, sample: 0, SampleTests.picture(0)))
        #expect(driver.model.picture(of: 0) == SampleTests.picture(0))
        driver.type("(")
        #expect(driver.model.picture(of: 0) == nil)
        driver.type("|")
        let halves = try #require(driver.model.halves)
        #expect(halves.right.picture(of: 0) != nil && halves.left.picture(of: 0) == nil)
    }

    @Test func aLongTitleLeavesRoomForTheRest() throws {
        var driver = try Self.driver(columns: 80, rows: 24)
        driver.send(.opened(run: 0, title: String(repeating: "a-long-name-", count: 6)))
        #expect(driver.screen[0].contains("●─ 1/2 a-long-name-a-long-name…"))
        #expect(driver.screen[0].contains("resnet20"))
        driver.send(.status(String(repeating: "word ", count: 40)))
        #expect(driver.screen[0].contains("word word") && driver.screen[0].contains("1/2"))
    }

    @Test func runsThatCannotBeAreIgnored() throws {
        var driver = try Driver.finished()
        let before = driver.model
        driver.send(.opened(run: 7, title: "far"))
        driver.send(.of(run: 7, .jobFinished))
        driver.send(.of(run: -1, .jobFailed("no")))
        #expect(driver.model == before)
    }

    @Test func theEdgesOfOldRunsAreLetGo() throws {
        var driver = try Self.driver()
        driver.model.runs[1].forgetEdges()
        #expect(driver.model.runs[1].hasForgotten && driver.model.runs[1][18]?.edges.isEmpty == true)
        #expect(driver.model.runs[1][18]?.figures.correct == SyntheticRun.small.layers[18].figures.correct)
        driver.type(")")
        #expect(driver.text.contains("edges are not kept"))
    }

    /// Of runs that have 15 million edges each, as their headers say, there is room for two.
    @Test func onlyTheNewestRunsKeepTheirEdges() throws {
        var small = SyntheticRun.small
        small.header.edges = 15_000_000 / small.layers.count
        var driver = try Self.driver(first: small, second: small)
        #expect(driver.model.runs.map(\.hasForgotten) == [false, false])
        driver.type(")")
        driver.send(2, "newest", small)
        #expect(driver.model.runs.map(\.hasForgotten) == [true, false, false])
    }
}

extension Driver {
    /// A whole run.
    fileprivate mutating func send(_ index: Int, _ title: String, _ run: SyntheticRun) {
        send(.opened(run: index, title: title))
        send(.of(run: index, .header(run.header)))
        for (layer, result) in run.layers.enumerated() {
            send(.of(run: index, .layer(index: layer, result, isPreview: false)))
        }
        send(.of(run: index, .jobFinished))
    }
}

extension SyntheticRun {
    /// The same with other results.
    func changed(_ change: (inout LayerResult) -> Void) -> SyntheticRun {
        var layers = layers
        for index in layers.indices { change(&layers[index]) }
        return SyntheticRun(header: header, layers: layers)
    }

    /// The same without some of its layers.
    func without(_ missing: Set<Int>) -> SyntheticRun {
        let kept = layers.indices.filter { !missing.contains($0) }
        var header = header
        header.layers = kept.map { header.layers[$0] }
        return SyntheticRun(header: header, layers: kept.map { layers[$0] })
    }
}
