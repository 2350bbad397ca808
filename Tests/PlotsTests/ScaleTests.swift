import Testing

@testable import Plots

@Suite struct ScaleTests {
    private func labels(_ kind: ScaleKind, _ values: [Double], _ count: Int) -> [String] {
        Scale(kind: kind, showing: values).ticks(atMost: count).map(\.label)
    }

    @Test func linearTicksByHand() {
        #expect(labels(.linear, [0.02, 0.23], 3) == ["0.0", "0.1", "0.2"])
        #expect(labels(.linear, [0.02, 0.23], 5) == ["0.00", "0.05", "0.10", "0.15", "0.20"])
        #expect(labels(.linear, [0.61], 4) == ["0.0", "0.2", "0.4", "0.6"])
        #expect(labels(.linear, [1], 2) == ["0", "1"])
        #expect(labels(.linear, [1], 6) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(labels(.linear, [-0.3, 0.3], 3) == ["-0.2", "0.0", "0.2"])
        #expect(labels(.linear, [12_000], 3) == ["0", "5000", "10000"])
        #expect(labels(.linear, [0.3], 4) == ["0.0", "0.1", "0.2", "0.3"])
        #expect(labels(.linear, [], 2) == ["0", "1"])
        #expect(labels(.linear, [5], 1) == ["0"])
        #expect(labels(.linear, [5], 0) == [])
    }

    /// A curve that would take less than half of the axis gets one of its own range, a twentieth below it.
    @Test func narrowRangesAreShownLarge() {
        let high = Scale(kind: .linear, showing: [0.22, 0.24])
        #expect(abs(high.lower - 0.219) < 1e-12 && high.upper == 0.24)
        #expect(labels(.linear, [0.22, 0.24], 3) == ["0.22", "0.23", "0.24"])
        #expect(Scale(kind: .linear, showing: [0.5, 1]).lower == 0)
        #expect(Scale(kind: .linear, showing: [0.2, 0.2]).lower == 0)
        #expect(Scale(kind: .linear, showing: [1, 1.0005]).lower == 0)
        #expect(Scale(kind: .linear, showing: [-0.24, -0.22]).lower == -0.24)
    }

    @Test func logarithmicTicksByHand() {
        #expect(labels(.logarithmic, [0.02, 0.23], 8) == ["0.02", "0.05", "0.1", "0.2"])
        #expect(labels(.logarithmic, [0.02, 0.23], 3) == ["0.03", "0.1"])
        #expect(labels(.logarithmic, [0.001, 1], 4) == ["0.001", "0.01", "0.1", "1"])
        #expect(labels(.logarithmic, [0.001, 1], 3) == [])
        // Not a value above zero: a linear axis.
        #expect(labels(.logarithmic, [0, -1], 2) == ["-1", "0"])
    }

    @Test func positions() {
        let linear = Scale(kind: .linear, showing: [0.5, 2])
        #expect(linear.position(of: 0.5) == 0.25)
        #expect(linear.position(of: -1) == 0 && linear.position(of: 3) == 1 && linear.position(of: .nan) == 0)
        let logarithmic = Scale(kind: .logarithmic, showing: [0.01, 1])
        #expect(abs(logarithmic.position(of: 0.1) - 0.5) < 1e-12)
        #expect(logarithmic.position(of: 0) == 0 && logarithmic.position(of: -1) == 0)
        // Four decades at most.
        #expect(abs(Scale(kind: .logarithmic, showing: [1e-9, 1]).position(of: 0.01) - 0.5) < 1e-12)
        // One value alone has a decade below it.
        #expect(abs(Scale(kind: .logarithmic, showing: [5]).lower - 0.5) < 1e-12)
    }

    @Test(arguments: ScaleKind.allCases)
    func oddValues(kind: ScaleKind) {
        for values in [
            [Double.nan], [.infinity, 1], [-.infinity], [.leastNonzeroMagnitude], [-1e-300, 1e-300], [1e99, -1e99],
            [1e300],
        ] {
            let scale = Scale(kind: kind, showing: values)
            #expect(scale.lower < scale.upper)
            for count in 0...9 {
                let ticks = scale.ticks(atMost: count)
                #expect(ticks.count <= count)
                #expect(ticks.allSatisfy { (0...1).contains($0.position) })
            }
        }
    }

    @Test func numbers() {
        #expect(NumberText.fixed(0.10224, decimals: 4) == "0.1022")
        #expect(NumberText.fixed(0.5, decimals: 0) == "1" && NumberText.fixed(-0.5, decimals: 0) == "-1")
        #expect(NumberText.fixed(-0.001, decimals: 2) == "0.00")
        #expect(NumberText.fixed(-12.345, decimals: 1) == "-12.3")
        #expect(NumberText.fixed(0.005, decimals: 3) == "0.005")
        #expect(NumberText.fixed(.nan, decimals: 3) == "n/a")
        #expect(NumberText.fixed(1e300, decimals: 3) == "1e+300")
        #expect(
            [0, 999, 1000, 40_000, -1_234_567].map(NumberText.grouped) == ["0", "999", "1,000", "40,000", "-1,234,567"])
        #expect(NumberText.grouped(.min) == "-9,223,372,036,854,775,808")
        #expect(NumberText.percent(4894, of: 10_000) == "48.94 %")
        #expect(NumberText.percent(1, of: 1_000_000) == "0.00 %")
        #expect(NumberText.percent(0, of: 10) == "0" && NumberText.percent(3, of: 0) == "0")
    }

    @Test func layers() {
        let spread = LayerAxis(layers: 3, places: 9)
        #expect((0..<3).map { spread.place(of: $0) } == [0, 4, 8])
        #expect((0..<3).map { spread.band(of: $0) } == [0..<3, 3..<6, 6..<9])
        let crowded = LayerAxis(layers: 6, places: 3)
        #expect((0..<6).map { crowded.place(of: $0) } == [0, 0, 1, 1, 2, 2])
        #expect((0..<6).map { crowded.band(of: $0) } == [0..<1, 0..<1, 1..<2, 1..<2, 2..<3, 2..<3])
        #expect(LayerAxis(layers: 1, places: 5).place(of: 0) == 2)
        #expect(spread.place(of: 3) == nil && spread.place(of: -1) == nil && spread.band(of: 3) == nil)
        #expect(
            LayerAxis(layers: 2, places: 0).place(of: 1) == nil && LayerAxis(layers: 2, places: 0).band(of: 1) == nil)
    }
}
