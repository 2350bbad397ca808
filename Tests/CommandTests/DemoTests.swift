import Foundation
import Testing

/// The built-in demo's figures, held against an independent computation (PyTorch and NumPy) with the same network on the
/// same photographs.
@Suite struct DemoTests {
    struct Figures: Sendable {
        var layer: String
        var m: Double
        var aq: Double
        var eq: Double
        var r: Double
        var q: Double
    }

    private static let ofHundred = [
        Figures(layer: "conv1", m: 0.0058945, aq: 0.0393222, eq: 0.1672080, r: 0.18000, q: 0.249511),
        Figures(layer: "layer1.4.conv1", m: 0.0125770, aq: 0.0568166, eq: 0.1453218, r: 0.25900, q: 0.486742),
        Figures(layer: "layer2.4.conv2", m: 0.0264473, aq: 0.0811555, eq: 0.1168450, r: 0.36900, q: 0.722323),
        Figures(layer: "layer3.2.conv1", m: 0.0425737, aq: 0.1045245, eq: 0.1008660, r: 0.45300, q: 0.848764),
        Figures(layer: "layer3.4.conv2", m: 0.0626834, aq: 0.1368493, eq: 0.0783769, r: 0.49700, q: 0.889458),
    ]
    private static let ofAll = [
        Figures(layer: "conv1", m: 0.0248206, aq: 0.0848499, eq: 0.1552884, r: 0.34630, q: 0.457185),
        Figures(layer: "layer1.4.conv1", m: 0.0751481, aq: 0.1429414, eq: 0.0977754, r: 0.58270, q: 0.717088),
        Figures(layer: "layer2.4.conv2", m: 0.1945369, aq: 0.2207914, eq: 0.0231828, r: 0.90200, q: 0.865273),
        Figures(layer: "layer3.2.conv1", m: 0.2406221, aq: 0.2427033, eq: 0.0016868, r: 0.99310, q: 0.890320),
        Figures(layer: "layer3.4.conv2", m: 0.2404841, aq: 0.2425959, eq: 0.0017169, r: 0.99300, q: 0.889526),
    ]

    /// Runs the demo on its first photographs, expects these figures of its layers, and returns what it has printed.
    private func demo(_ samples: Int, expecting figures: [Figures]) throws -> Program.Outcome {
        let outcome = try Program.run(["demo", "--samples", "\(samples)"], in: ScratchFolder())
        try #require(outcome.end == .exited(0), "\(outcome)")
        // As printed; an edge or a neighbour whose similarity is within a rounding error may be another.
        let (edges, neighbors) = (Double(10 * samples), Double(3 * samples))
        for want in figures {
            let line = try #require(outcome.errorLines.first { $0.contains("  \(want.layer)  ") }, "\(want.layer)")
            let words = line.split(separator: " ")
            func expect(_ name: Substring, _ expected: Double, within tolerance: Double) throws {
                let place = try #require(words.firstIndex(of: name))
                let found = try #require(Double(words[place + 1]))
                #expect(abs(found - expected) <= tolerance, "\(want.layer): \(name) is \(found), not \(expected)")
            }
            try expect("M", want.m, within: 1e-5 + 0.25 / edges)
            try expect("AQ", want.aq, within: 1e-5 + 0.5 / edges)
            try expect("EQ", want.eq, within: 1e-5 + 0.5 / edges)
            try expect("r", want.r, within: 1e-4 + 2 / edges)
            try expect("Q", want.q, within: 1e-4 + 2 / neighbors)
        }
        return outcome
    }

    @Test func figuresAreThoseOfAnIndependentComputation() throws {
        let outcome = try demo(100, expecting: Self.ofHundred)
        #expect(outcome.errorLines.count { $0.hasPrefix("layer ") } == 31, "\(outcome)")
    }

    /// Classes mixed at the stem and apart at the end, where the last seven layers add nothing.
    @Test(.enabled(if: TerminalSetting.isThorough, "needs SEPAL_THOROUGH")) func theWholeDemoEndsOnAPlateau() throws {
        let lines = try demo(1000, expecting: Self.ofAll).output.split(separator: "\n")
        let flagged = lines.filter { $0.hasPrefix("layer") && $0.contains(" plateau") }.map {
            $0.split(separator: " ")[0]
        }
        #expect(
            flagged == [
                "layer3.1.conv2", "layer3.2.conv1", "layer3.2.conv2", "layer3.3.conv1", "layer3.3.conv2",
                "layer3.4.conv1", "layer3.4.conv2",
            ])
        #expect(lines.contains { $0.hasPrefix("By Criterion I, 8 of 31 layers may be cut") })
    }
}
