import Cells
import Plots
import Pruning
import Separation
import Testing

@testable import Explorer

/// Units taken out below the curve, and what is made of it.
@Suite struct WhatIfTests {
    private static func driver(columns: Int = 120, rows: Int = 40) throws -> Driver {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.effects = []
        driver.type("p")
        return driver
    }

    /// The layer figures of a cut, a tenth of the whole network's.
    private static func outcome(_ layer: Int) -> Message {
        var result = SyntheticRun.small.layers[layer]
        result.edges = []
        result.figures.modularity /= 10
        return .cutTried(run: 0, cut: [9], .layer(layer, result))
    }

    @Test func enterTakesTheUnitUnderTheCursorOutAndPutsItBack() throws {
        var driver = try Self.driver()
        driver.press(.end, .enter)
        #expect(driver.effects == [.keepPlan(["layer3.2"], run: 0), .tryCut(run: 0, cut: [9])])
        // Two convolutions of 64 channels, 2 · (64 · 64 · 9 + 2 · 64) of 269,722, and 2 · 64 · 64 · 9 · 64 of 40.6 million.
        #expect(driver.text.contains("layer3.2 out  73,984 parameters  27.43 %, FLOPs 11.6 %"))
        #expect(driver.text.contains("1 of 7 units out  −27.43 % parameters  −11.6 % FLOPs"))
        #expect(driver.text.contains("accuracy 82.4 % whole, … cut (being measured)"))
        driver.effects = []
        driver.press(.enter)
        #expect(driver.effects == [.keepPlan([], run: 0), .stopTrial])
        #expect(driver.text.contains("the whole network: Enter takes a unit out"))
    }

    @Test func whatCannotBeCutSaysWhy() throws {
        var driver = try Self.driver()
        driver.press(.home, .enter)
        #expect(driver.model.notice == Notice("conv1 stays: it takes the image", isError: true))
        #expect(driver.text.contains("conv1 stays: it takes the image"))
        for _ in 0..<7 { driver.press(.right) }
        driver.press(.enter)
        #expect(driver.model.notice == Notice("layer2.0 stays: it changes 16 to 32 channels", isError: true))
        #expect(driver.effects.isEmpty && driver.model.run.whatIf.cut.isEmpty)
    }

    @Test func undoAndRedo() throws {
        var driver = try Self.driver()
        driver.press(.end, .enter)
        for _ in 0..<2 { driver.press(.left) }
        driver.press(.enter)
        #expect(driver.model.run.whatIf.cut == [8, 9])
        driver.type("u")
        #expect(driver.model.run.whatIf.cut == [9])
        driver.type("u")
        #expect(driver.model.run.whatIf.cut.isEmpty)
        driver.type("u")
        #expect(driver.model.notice == Notice("nothing to undo"))
        driver.type("UU")
        #expect(driver.model.run.whatIf.cut == [8, 9])
        driver.type("U")
        #expect(driver.model.notice == Notice("nothing to redo"))
        // A new choice is the end of what was taken back.
        driver.type("u")
        driver.press(.home, .right, .enter)
        driver.type("U")
        #expect(driver.model.run.whatIf.cut == [1, 9])
    }

    private static func step(_ units: [Int], _ share: Double) -> Message {
        .cutAutomatically(
            run: 0, .step(units, CutAccuracy(images: 2000, whole: 0.824, cut: nil, reconstructed: .share(share))))
    }

    @Test func theProgramCutsByItself() throws {
        var driver = try Self.driver(columns: 160)
        #expect(driver.text.contains("o all that 1 point pays"))
        driver.effects = []
        driver.type("o")
        #expect(driver.effects == [.keepPlan([], run: 0), .cutAutomatically(run: 0, points: 1)])
        driver.effects = []
        driver.send(.cutAutomatically(run: 0, .tried(5)))
        #expect(driver.text.contains("cutting to 1 point less, least loss first  5 tried  o stops"))
        driver.send(Self.step([9], 0.8230))
        #expect(driver.effects == [.keepPlan(["layer3.2"], run: 0)])
        #expect(driver.text.contains("1 of 7 units out  −27.43 % parameters  −11.6 % FLOPs"))
        #expect(driver.text.contains("accuracy 82.4 % whole, 82.3 % reconstructed"))
        driver.send(Self.step([8, 9], 0.8150))
        driver.effects = []
        driver.send(.cutAutomatically(run: 0, .stopped(unit: 1, loss: 0.016)))
        #expect(driver.model.notice == Notice("layer1.0 stays: without it as well accuracy falls by 1.6 points"))
        // The cut is tried as if it had been chosen, for its curve; its steps are taken back one by one.
        #expect(driver.effects == [.tryCut(run: 0, cut: [8, 9])])
        driver.type("u")
        #expect(driver.model.run.whatIf.cut == [9])
        driver.type("u")
        #expect(driver.model.run.whatIf.cut.isEmpty)
    }

    @Test func whereNothingCanGoMoreIsOffered() throws {
        var driver = try Self.driver()
        driver.type("o")
        driver.send(.cutAutomatically(run: 0, .stopped(unit: 1, loss: 0.016)))
        #expect(
            driver.model.notice
                == Notice("no unit can go: without layer1.0 accuracy falls by 1.6 points; 2o allows 2"))
    }

    @Test func aNumberSaysWhatMayBeLost() throws {
        var driver = try Self.driver()
        driver.effects = []
        driver.type("12o")
        #expect(driver.effects.last == .cutAutomatically(run: 0, points: 12))
        #expect(driver.text.contains("cutting to 12 points less"))
    }

    /// Whoever takes a unit out, undoes, leaves or asks again takes over; what has gone stays so.
    @Test(arguments: ["o", "u", "p", "w", "\u{1B}", "\r"]) func keysStopIt(key: String) throws {
        var driver = try Self.driver()
        driver.press(.end)
        driver.type("o")
        driver.send(Self.step([8], 0.8230))
        driver.effects = []
        switch key {
        case "\u{1B}": driver.press(.escape)
        case "\r": driver.press(.enter)
        default: driver.type(key)
        }
        #expect(driver.model.run.whatIf.automatic == nil)
        #expect(
            driver.effects.contains { effect in
                switch effect {
                case .stopTrial, .tryCut: true
                default: false
                }
            })
        // What comes late is of no interest.
        let cut = driver.model.run.whatIf.cut
        driver.send(Self.step([1, 8], 0.8))
        #expect(driver.model.run.whatIf.cut == cut)
        if key == "o" || key == "p" || key == "\u{1B}" { #expect(cut == [8]) }
    }

    @Test func layersCanBeSteppedThroughMeanwhile() throws {
        var driver = try Self.driver()
        driver.type("o")
        driver.effects = []
        driver.press(.left, .right, .home, .tab)
        #expect(driver.model.run.whatIf.automatic != nil)
        #expect(!driver.effects.contains(.stopTrial))
    }

    @Test func whatKeepsItFromCuttingIsSaid() throws {
        var driver = try Self.driver()
        driver.type("o")
        driver.send(.cutAutomatically(run: 0, .failed("5 calibration images are too few")))
        #expect(driver.model.notice == Notice("5 calibration images are too few", isError: true))
        #expect(driver.model.run.whatIf.automatic == nil)
    }

    @Test func aSmallScreenHasRoomForIt() throws {
        var driver = try Self.driver(columns: 80, rows: 24)
        #expect(driver.text.contains("o all that 1 point pays"))
        driver.type("o")
        driver.send(Self.step([8, 9], 0.8150))
        #expect(driver.text.contains("cutting to 1 point less") && driver.text.contains("81.5 % reconstructed"))
    }

    @Test func suggestionsGoRound() throws {
        var driver = try Self.driver()
        let readings = driver.model.unitReadings
        let units = try #require(SyntheticRun.small.header.network?.units)
        let byM = units.indices.filter { units[$0].isCuttable && readings[$0].isRedundant }
        let byQ = units.indices.filter { units[$0].isCuttable && readings[$0].isLuRedundant }
        #expect(!byM.isEmpty && byM != byQ)
        driver.type("w")
        #expect(driver.model.run.whatIf.cut == byM)
        driver.type("w")
        #expect(driver.model.run.whatIf.cut == (byQ.isEmpty ? [] : byQ))
        if !byQ.isEmpty { driver.type("w") }
        #expect(driver.model.run.whatIf.cut.isEmpty)
    }

    @Test func whatIsFoundOutIsShownForTheCutItIsOf() throws {
        var driver = try Self.driver()
        driver.press(.end, .enter)
        var accuracy = CutAccuracy.fitted
        accuracy.reconstructed = .impossible
        driver.send(.cutTried(run: 0, cut: [9], .accuracy(accuracy)))
        #expect(driver.text.contains("accuracy 82.4 % whole, 49.2 % cut before fine-tuning"))
        accuracy.reconstructed = .underWay
        driver.send(.cutTried(run: 0, cut: [9], .accuracy(accuracy)))
        #expect(driver.text.contains("accuracy 82.4 % whole, 49.2 % cut, … reconstructed"))
        driver.send(.cutTried(run: 0, cut: [9], .accuracy(.fitted)))
        #expect(driver.text.contains("accuracy 82.4 % whole, 49.2 % cut, 79.8 % reconstructed"))
        let before = driver.screen
        driver.send(Self.outcome(16))
        #expect(driver.screen != before && driver.text.contains("cut"))
        driver.effects = []
        driver.send(.cutTried(run: 0, cut: [9], .finished))
        #expect(driver.effects == [.stopTrial])
        // Another cut has figures of its own, and this one's needn't be asked for again.
        driver.press(.left, .left, .enter)
        #expect(driver.text.contains("82.4 % whole, … cut"))
        driver.effects = []
        driver.type("u")
        #expect(driver.text.contains("82.4 % whole, 49.2 % cut"))
        #expect(!driver.effects.contains { if case .tryCut = $0 { true } else { false } })
    }

    @Test func aFailureIsSaid() throws {
        var driver = try Self.driver()
        driver.press(.end, .enter)
        driver.send(.cutTried(run: 0, cut: [9], .failed("the run's network is not where it was")))
        #expect(driver.text.contains("the run's network is not where it was"))
    }

    @Test func leavingStopsTheTrialAndKeepsThePlan() throws {
        var driver = try Self.driver()
        driver.press(.end, .enter)
        driver.effects = []
        driver.press(.escape)
        #expect(driver.effects == [.stopTrial] && !driver.model.isPlanning)
        driver.type("p")
        #expect(driver.effects == [.stopTrial, .tryCut(run: 0, cut: [9])])
    }

    /// A run that is still going on can be planned for; what the cut costs is found out once it is finished.
    @Test func aTrialWaitsForTheRun() throws {
        var driver = try Driver()
        driver.load(SyntheticRun.small, layers: 18)
        driver.effects = []
        driver.type("p")
        driver.press(.home, .right, .enter)
        #expect(driver.effects == [.keepPlan(["layer1.0"], run: 0)])
        #expect(driver.text.contains("accuracy once the run is finished"))
        driver.send(.jobFinished)
        #expect(driver.effects.last == .tryCut(run: 0, cut: [1]))
    }

    @Test func thePlanThatWasKeptIsThereAgain() throws {
        var driver = try Driver.finished()
        driver.send(.plans(run: 0, chosen: ["layer1.1", "conv1", "nonsense"], all: []))
        driver.type("p")
        #expect(driver.model.plan?.names == ["layer1.1"])
        #expect(driver.effects.last == .tryCut(run: 0, cut: [2]))
    }

    @Test func featuresHaveNoUnits() throws {
        var driver = try Driver()
        var header = SyntheticRun.small.header
        (header.network, header.mean) = (nil, [])
        driver.send(.header(header))
        driver.type("p")
        #expect(driver.model.notice == Notice("no unit of this run is known: features have no network", isError: true))
        #expect(!driver.model.isPlanning)
    }

    /// Layers of a run of the pruned network stand beside those that they have been.
    @Test func runsOfTheCutNetworkStandBesideTheWholeOne() throws {
        let whole = SyntheticRun.small
        let units = try #require(whole.header.network?.units)
        let left = whole.layers.indices.filter { !units[5].layers.contains($0) }
        var header = whole.header
        header.layers = left.map { whole.header.layers[$0] }
        for index in header.layers.indices { header.layers[index].name = "renamed\(index)" }
        header.network?.cut = ["layer2.1"]
        var driver = try Driver.finished()
        driver.send(.opened(run: 1, title: "cut"))
        driver.send(.of(run: 1, .header(header)))
        for (index, layer) in left.enumerated() {
            var result = whole.layers[layer]
            result.description = header.layers[index]
            driver.send(.of(run: 1, .layer(index: index, result, isPreview: false)))
        }
        let partners = driver.model.partners(in: 1)
        #expect(partners.count == 19 && partners[9] == nil && partners[10] == nil)
        #expect(partners.compactMap(\.self) == Array(0..<17))
    }
}

extension CutAccuracy {
    static let fitted = CutAccuracy(images: 2000, whole: 0.8240, cut: 0.4918, reconstructed: .share(0.7977))
}
