import Foundation
import Network
import Separation
import StateDictionaries
import Testing

@testable import Pruning

/// Parameters saved, in percent, from Table 1 of the paper: full-size networks of zeros.
@Suite struct TableTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var parameters: Int
        var saved: [(cut: [String], percent: String)]
        var dictionary: @Sendable () -> StateDictionary

        init(
            _ description: String, _ parameters: Int, _ saved: [(cut: [String], percent: String)],
            _ dictionary: @escaping @Sendable () -> StateDictionary
        ) {
            (testDescription, self.parameters, self.saved, self.dictionary) = (
                description, parameters, saved, dictionary
            )
        }
    }

    private static let usual = [64, 128, 256, 512]

    private static func blocks(_ counts: (Int, Int, Int)) -> [String] {
        // Identity blocks: all of layer1, all but the first of the others.
        (0..<counts.0).map { "layer1.\($0)" } + (1...counts.1).map { "layer2.\($0)" }
            + (1...counts.2).map { "layer3.\($0)" }
    }

    static let rows: [Row] = [
        Row("resnet18", 11_173_962, [(["layer4.1"], "42.25")]) {
            StateDictionary(widths: usual, counts: [2, 2, 2, 2], shortcut: "shortcut", isZero: true)
        },
        Row(
            "resnet50", 23_520_842,
            [
                (["layer3.2", "layer4.1"], "23.72"), (["layer3.5", "layer4.2"], "23.72"),
                (["layer3.1", "layer3.5", "layer4.1", "layer4.2"], "47.45"),
            ]
        ) {
            StateDictionary(
                widths: usual, counts: [3, 4, 6, 3], isBottleneck: true, shortcut: "shortcut", isZero: true)
        },
        Row("resnet56", 853_018, [(blocks((4, 3, 6)), "60.76"), (blocks((4, 2, 4)), "41.24")]) {
            StateDictionary(widths: [16, 32, 64], counts: [9, 9, 9], isZero: true)
        },
        Row(
            "vgg11_bn", 9_756_426,
            [(["features.18", "features.22"], "48.40"), (["features.22", "features.25"], "48.40")]
        ) {
            .vgg([64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0], classifier: [1, 4, 6], isZero: true)
        },
        Row(
            "vgg16_bn", 15_253_578,
            [
                (["features.17", "features.27", "features.30", "features.34"], "50.30"),
                (["features.37", "features.40"], "30.95"),
            ]
        ) {
            .vgg(
                [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0], classifier: [1, 4, 6],
                isZero: true)
        },
    ]

    @Test(arguments: rows) func savingsAreThoseOfThePaper(_ row: Row) throws {
        let network = try row.dictionary().recognized(height: 32, width: 32)
        #expect(network.architecture.hasPrefix(row.testDescription) && network.parameters == row.parameters)
        let units = network.units.map {
            UnitDescription(
                name: $0.name, layers: $0.layers, outputLayer: $0.outputLayer, inputLayer: $0.inputLayer,
                parameters: $0.parameters, multiplyAdds: $0.multiplyAdds, obstacle: $0.obstacle?.description)
        }
        for (names, percent) in row.saved {
            let cut = try PruningPolicy.units(names).choose(units, parameters: network.parameters, readings: nil)
            let plan = PruningPlan(
                units: units, cut: cut, parameters: network.parameters, multiplyAdds: network.multiplyAdds)
            #expect(String(format: "%.2f", 100 * plan.savedParameterShare) == percent, "\(names)")
            // What the smaller network really has.
            let smaller = try network.cutting(cut.map { network.units[$0] })
            #expect(smaller.parameters == network.parameters - plan.savedParameters, "\(names)")
            #expect(smaller.multiplyAdds == network.multiplyAdds - plan.savedMultiplyAdds, "\(names)")
        }
    }
}
