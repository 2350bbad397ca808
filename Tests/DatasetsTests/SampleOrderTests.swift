import Tensors
import Testing

@testable import Datasets

@Suite struct SampleOrderTests {
    /// Changes against half of (N² − Σ n_c²)/N, by hand.
    @Test(
        arguments: [
            ([0, 0, 0, 1, 1, 1], true),  // 1 change, 3 expected
            ([0, 1, 0, 1, 0, 1], false),  // 5
            ([0, 0, 1, 1, 0, 1], false),  // 3
            ([0, 0, 1, 1], true),  // 1 change, 2 expected
            ([2, 2, 2, 2], false), ([], false), ([5], false), ([0, 1], false),  // 1 change, 1 expected
            ([0, 0, 0, 0, 1, 1, 2, 2, 2], true),  // 2 changes, (81 − 29)/9 = 5.8 expected
            ([3, 3, 0, 0, 2, 2, 1, 1, 3, 3, 0, 0], false),  // 5 changes, (144 − 40)/12 = 8.7 expected
        ] as [([Int], Bool)])
    func findsRuns(labels: [Int], expected: Bool) {
        #expect(SampleOrder.comesInRuns(labels) == expected)
    }

    @Test func takesNoRandomOrderForRuns() {
        for seed in 0..<200 as Range<UInt64> {
            var order = (0..<100).map { $0 % 10 }
            SplitMix64.shuffle(&order, seed: seed)
            #expect(!SampleOrder.comesInRuns(order))
            #expect(SampleOrder.comesInRuns(order.sorted()))
        }
    }

    @Test func dealsRoundRobin() {
        #expect(SampleOrder.interleaved([0, 0, 0, 1, 2, 2]) == [0, 3, 4, 1, 5, 2])
        #expect(SampleOrder.interleaved([7, 7, 3]) == [2, 0, 1])
        #expect(SampleOrder.interleaved([]) == [])
    }

    /// Steps of Fisher and Yates with the known first outputs of splitmix64 for seed 1234567.
    @Test func shufflesByTheDocumentedRule() {
        let outputs: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
        ]
        var expected = [0, 1, 2, 3, 4]
        for (step, output) in outputs.enumerated() {
            let i = 4 - step
            expected.swapAt(i, Int(Double(output) * 0x1p-64 * Double(i + 1)))
        }
        var order = [0, 1, 2, 3, 4]
        SplitMix64.shuffle(&order, seed: 1_234_567)
        #expect(order == expected)
        #expect(order != [0, 1, 2, 3, 4])
        var empty: [Int] = []
        SplitMix64.shuffle(&empty, seed: 1)
        #expect(empty.isEmpty)
    }
}
