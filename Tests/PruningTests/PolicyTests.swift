import Separation
import Testing

@testable import Pruning

/// Which units each policy takes, on five units of ten parameters behind a stem, each worked out by hand.
@Suite struct PolicyTests {
    /// A unit a layer; `stem` takes the image.
    static let units = ["stem", "a.0", "a.1", "b.0", "b.1", "b.2"].enumerated().map { index, name in
        UnitDescription(
            name: name, layers: [index], outputLayer: index, inputLayer: index > 0 ? index - 1 : nil, parameters: 10,
            multiplyAdds: 5, obstacle: index == 0 ? "takes the image" : nil)
    }

    private func reading(_ change: (inout UnitReading) -> Void) -> UnitReading {
        var reading = UnitReading()
        change(&reading)
        return reading
    }

    private func cut(
        _ policy: PruningPolicy, units: [UnitDescription] = units, of parameters: Int = 100,
        readings: [UnitReading]? = nil
    ) throws -> [String] {
        try policy.choose(units, parameters: parameters, readings: readings).map { units[$0].name }
    }

    /// Behind a change of M each.
    private func readings(changes: [Double?]) -> [UnitReading] {
        changes.map { change in reading { $0.change = change } }
    }

    @Test func criterionTakesWhatIsRedundantAndCanBeCut() throws {
        let readings = Self.units.indices.map { index in
            reading {
                $0.isRedundant = [0, 2, 5].contains(index)
                $0.isLuRedundant = [0, 1].contains(index)
            }
        }
        #expect(try cut(.criterion, readings: readings) == ["a.1", "b.2"])
        #expect(try cut(.lu, readings: readings) == ["a.0"])
        var units = Self.units
        units[2].obstacle = "changes 4×8×8 to 8×4×4"
        #expect(try cut(.criterion, units: units, readings: readings) == ["b.2"])
    }

    @Test func tailTakesTheLast() throws {
        #expect(try cut(.tail(.units(1))) == ["b.2"])
        #expect(try cut(.tail(.units(3))) == ["b.0", "b.1", "b.2"])
        #expect(try cut(.tail(.units(5))) == ["a.0", "a.1", "b.0", "b.1", "b.2"])
        // Ten a unit: 20 % are two, and what is above takes one more.
        #expect(try cut(.tail(.share(0.2))) == ["b.1", "b.2"])
        #expect(try cut(.tail(.share(0.201))) == ["b.0", "b.1", "b.2"])
        var units = Self.units
        units[5].obstacle = "has more than one way in or out"
        #expect(try cut(.tail(.units(2)), units: units) == ["b.0", "b.1"])
    }

    /// Where M falls, nothing is gained: those come first, the latest before the others; then 0.1, then 0.3.
    @Test func budgetTakesTheLeastGainAndTheLaterOfEquals() throws {
        let readings = readings(changes: [nil, 0.3, -0.2, 0.1, -0.5, 0])
        #expect(try cut(.budget(.share(0.1)), readings: readings) == ["b.2"])
        #expect(try cut(.budget(.share(0.2)), readings: readings) == ["b.1", "b.2"])
        #expect(try cut(.budget(.share(0.3)), readings: readings) == ["a.1", "b.1", "b.2"])
        #expect(try cut(.budget(.share(0.35)), readings: readings) == ["a.1", "b.0", "b.1", "b.2"])
        #expect(try cut(.budget(.share(0.5)), readings: readings) == ["a.0", "a.1", "b.0", "b.1", "b.2"])
    }

    /// From seed 0 splitmix64 puts out e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec: of 2⁶⁴ that is
    /// 0.883, 0.432, 0.026, 0.971. Of the five that can be cut, place 4 changes with ⌊5 · 0.883⌋ = 4, then 3 with
    /// ⌊4 · 0.432⌋ = 1, 2 with ⌊3 · 0.026⌋ = 0, 1 with ⌊2 · 0.971⌋ = 1: b.0, b.1, a.0, a.1, b.2.
    @Test func randomDrawsByTheSeed() throws {
        let order = ["b.0", "b.1", "a.0", "a.1", "b.2"]
        for count in 1...5 {
            let expected = order.prefix(count).sorted()
            #expect(try cut(.random(.units(count), seed: 0)) == expected)
            #expect(try cut(.random(.units(count), seed: 0)) == expected)
        }
        #expect(try cut(.random(.share(0.11), seed: 0)) == ["b.0", "b.1"])
        let draws = try (0..<20).map { try cut(.random(.units(2), seed: UInt64($0))) }
        #expect(Set(draws).count > 5, "seeds must differ")
    }

    @Test func namedTakesThoseNamed() throws {
        #expect(try cut(.units(["b.2", "a.1", "b.2"])) == ["a.1", "b.2"])
    }

    @Test func explorerTakesWhatWasTakenOutThere() throws {
        let chosen = try PruningPolicy.explorer.choose(
            Self.units, parameters: 100, readings: nil, taken: ["a.1", "b.0"])
        #expect(chosen.map { Self.units[$0].name } == ["a.1", "b.0"])
        #expect(
            throws: PruningError.nothingToCut(
                "no unit of this run was taken out in the explorer (p, then Enter)")
        ) { try PruningPolicy.explorer.choose(Self.units, parameters: 100, readings: nil) }
        #expect(PruningPolicy.units(["a.1", "b.0"]).planName == "cut a.1,b.0")
        #expect(PruningPolicy.tail(.units(2)).planName == "tail 2 units")
    }

    @Test func noneTakesNothing() throws { #expect(try cut(.none) == []) }

    /// An inner unit's parameters are in those of the outer one.
    @Test func aShareCountsNestedUnitsOnce() throws {
        var units = Self.units
        units[3].layers = [3]
        units[4] = UnitDescription(
            name: "outer", layers: [3, 4], outputLayer: 4, inputLayer: 2, parameters: 25, multiplyAdds: 5, obstacle: nil
        )
        // outer with what lies in it is 25: with b.2 that is 35, and a.1 makes 45.
        #expect(try cut(.tail(.share(0.35)), units: units) == ["outer", "b.2"])
        #expect(try cut(.tail(.share(0.36)), units: units) == ["a.1", "b.0", "outer", "b.2"])
    }

    @Test func policiesSayWhetherTheyNeedCurves() {
        let all: [PruningPolicy] = [
            .criterion, .lu, .budget(.share(0.3)), .tail(.units(1)), .random(.units(2), seed: 7), .none, .units(["a"]),
        ]
        #expect(all.map(\.needsCurves) == [true, true, true, false, false, false, false])
        #expect(
            all.map(\.description) == [
                "criterion", "lu", "budget 30 %", "tail 1 unit", "random 2 units, seed 7", "none", "by name",
            ])
    }

    @Test func amountsAreRead() {
        typealias Amount = PruningPolicy.Amount
        #expect(Amount("3") == .units(3))
        #expect(Amount("30%") == .share(0.3))
        #expect(Amount("12.5%") == .share(0.125))
        #expect(Amount("100%") == .share(1))
        for text in ["", "0", "-1", "3.5", "3 units", "%", "0%", "-5%", "100.1%", "nan%", "inf%", "30 %%", "x"] {
            #expect(Amount(text) == nil, "\(text)")
        }
        #expect(
            [Amount.share(0.125), .share(0.3), .share(1), .units(1)].map(\.description) == [
                "12.5 %", "30 %", "100 %", "1 unit",
            ])
    }

    // MARK: What can't be done

    private func error(
        _ policy: PruningPolicy, units: [UnitDescription] = units, readings: [UnitReading]? = nil
    ) -> PruningError? {
        do {
            let chosen = try policy.choose(units, parameters: 100, readings: readings)
            Issue.record("\(policy) chose \(chosen)")
            return nil
        } catch {
            return error
        }
    }

    @Test func unknownUnitsAreNamedWithThoseOfTheSameParent() {
        #expect(error(.units(["a.1", "b.7"])) == .unknownUnit("b.7", near: ["b.0", "b.1", "b.2"]))
        #expect(error(.units(["c"])) == .unknownUnit("c", near: []))
        let many = (0..<8).map { index in
            UnitDescription(
                name: "l.\(index)", layers: [index], outputLayer: index, inputLayer: nil, parameters: 1,
                multiplyAdds: 1,
                obstacle: nil)
        }
        #expect(
            error(.units(["l.9"]), units: many) == .unknownUnit("l.9", near: ["l.0", "l.1", "l.2", "l.3", "l.4", "…"]))
        #expect(error(.units(["b.2.conv1"])) == .insideUnit("b.2.conv1", unit: "b.2"))
    }

    @Test func allThatCannotBeCutIsNamed() {
        var units = Self.units
        units[3].obstacle = "changes 4×8×8 to 8×4×4"
        #expect(
            error(.units(["b.0", "a.0", "stem"]), units: units)
                == .notCuttable(["stem takes the image", "b.0 changes 4×8×8 to 8×4×4"]))
    }

    @Test func nothingIsAnError() {
        #expect(error(.units([])) == .nothingToCut("no unit is named"))
        let flagless = Array(repeating: UnitReading(), count: 6)
        let advice = "no unit that can be cut is flagged; choose another --policy, or --cut NAMES"
        #expect(error(.criterion, readings: flagless) == .nothingToCut(advice))
        #expect(error(.lu, readings: flagless) == .nothingToCut(advice))
        let stem = Array(Self.units.prefix(1))
        #expect(error(.criterion, units: stem, readings: [reading { $0.isRedundant = true }]) == .nothingToCut(advice))
    }

    @Test func moreThanThereIs() {
        #expect(error(.tail(.units(6))) == .tooMuch(asked: "6 units", most: "5"))
        #expect(error(.random(.units(9), seed: 1)) == .tooMuch(asked: "9 units", most: "5"))
        #expect(error(.tail(.share(0.501))) == .tooMuch(asked: "50.1 % of the parameters", most: "50.0 %"))
        let readings = readings(changes: [nil, 0, 0, 0, 0, 0])
        #expect(
            error(.budget(.share(1)), readings: readings) == .tooMuch(asked: "100 % of the parameters", most: "50.0 %"))
    }

    @Test func curvesThatAreMissing() {
        for policy in [PruningPolicy.criterion, .lu, .budget(.share(0.3))] {
            #expect(error(policy) == .unknownFlags(policy: policy.description, advice: "give --data"))
        }
        let half = readings(changes: [nil, 0.1, nil, 0.1, 0.1, 0.1])
        #expect(
            error(.budget(.share(0.3)), readings: half)
                == .unknownFlags(policy: "budget 30 %", advice: "let it finish first"))
    }

    @Test(arguments: [
        (
            PruningError.unknownUnit("b.7", near: ["b.0", "b.1"]),
            "--cut b.7: the network has no such unit; there is b.0, b.1"
        ),
        (.unknownUnit("c", near: []), "--cut c: the network has no such unit; --dry-run lists them"),
        (
            .insideUnit("b.2.conv1", unit: "b.2"),
            "--cut b.2.conv1: it lies inside b.2, which is cut as a whole or not at all"
        ),
        (
            .notCuttable(["stem takes the image", "b.0 has a projection on its shortcut"]),
            "--cut: can't be cut: stem takes the image; b.0 has a projection on its shortcut; leave them in"
        ),
        (.nothingToCut("no unit is named"), "nothing to cut: no unit is named"),
        (.tooMuch(asked: "6 units", most: "5"), "6 units can't be cut: there is 5 at most"),
        (
            .unknownFlags(policy: "criterion", advice: "give --data"),
            "--policy criterion needs the curves of a finished run; give --data"
        ),
        (
            .otherNetwork("two parameters would have one name"),
            "the cut network can't be written under its family's names: two parameters would have one name"
        ),
    ])
    func errorsAreOneLineWithWhatToDo(error: PruningError, text: String) { #expect(error.description == text) }

    @Test func whatIsMeasuredGoesInItsOrder() throws {
        func cut(_ amount: PruningPolicy.Amount, order: [Int] = [3, 1, 5]) throws -> [String] {
            try PruningPolicy.measured(amount).choose(
                Self.units, parameters: 100, multiplyAdds: 20, readings: nil, measured: order
            ).map { Self.units[$0].name }
        }
        #expect(try cut(.units(2)) == ["a.0", "b.0"])
        #expect(try cut(.share(0.2)) == ["a.0", "b.0"])
        // Five of twenty each.
        #expect(try cut(.share(0.2, of: .multiplyAdds)) == ["b.0"])
        #expect(try cut(.share(0.26, of: .multiplyAdds)) == ["a.0", "b.0"])
        #expect(try cut(.losing(0.01)) == ["a.0", "b.0", "b.2"])
        #expect(
            throws: PruningError.tooMuch(asked: "90 % of the multiply-adds", most: "75.0 %")
        ) { try cut(.share(0.9, of: .multiplyAdds)) }
        #expect(PruningPolicy.measured(.losing(0.01)).description == "measured losing 1 % of accuracy at most")
    }
}
