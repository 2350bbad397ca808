import Kernels
import Tensors
import Testing

@testable import Separation

/// The Gram matrix out of the similarity pass, in half precision.
@Suite struct GramTriangleTests {
    private func gram(
        _ values: [Float], samples: Int, columns: Int, kept: Int, threads: Int = 2
    ) throws -> GramTriangle? {
        try SimilarityStatistics.compute(
            of: FeatureMatrix(rows: samples, columns: columns, values: values),
            classes: (0..<samples).map { $0 % 2 },
            options: SimilarityOptions(
                graphSamples: samples, histogramSamples: samples, edges: 10, neighbors: 3, gramSamples: kept),
            layer: "layer", pool: WorkerPool(threads: threads)
        ).gram
    }

    /// Products up to 25 = 25·2⁻¹⁰ · 2¹⁰: the greatest lies in [2¹⁴, 2¹⁵), so 25 = 25,600 · 2⁻¹⁰.
    @Test func smallWholeNumbersAreExact() throws {
        let found = try #require(try gram([3, 4, -1, 2, 0, 0], samples: 3, columns: 2, kept: 3))
        #expect(found.samples == 3 && found.exponent == -10)
        #expect(found.halves == [25, 5, 0, 5, 0, 0].map { (Float($0) * 1024).halfBits })
        #expect((0..<3).map { found[$0, 1] } == [5, 5, 0] && found[2, 0] == 0)
    }

    @Test(arguments: [270, 256, 37, 1]) func agreesWithTheDefinition(kept: Int) throws {
        var generator = SplitMix64(seed: 3)
        let (samples, columns) = (300, 17)
        let values = (0..<samples * columns).map { _ in Float.random(in: -0.5...1, using: &generator) }
        let found = try #require(try gram(values, samples: samples, columns: columns, kept: kept))
        #expect(found.samples == kept && found.halves.count == kept * (kept + 1) / 2)
        for s in 0..<kept {
            for t in s..<kept {
                let exact = (0..<columns).reduce(0.0) {
                    $0 + Double(values[s * columns + $1]) * Double(values[t * columns + $1])
                }
                expectClose(found[s, t], exact, within: abs(exact) * 0x1p-11 + 1e-5)
            }
        }
        for threads in [1, 3] {
            #expect(try gram(values, samples: samples, columns: columns, kept: kept, threads: threads) == found)
        }
    }

    /// Of rows whose products leave float32 those of the long ones are kept, and of zeros nothing is.
    @Test func lengthsBeyondFloat32() throws {
        let long = try #require(try gram([3e30, 4e30, 4e30, -3e30, 1e-30, 0], samples: 3, columns: 2, kept: 3))
        expectClose(long[0, 0] / 25e60, 1, within: 0x1p-10)
        expectClose(long[1, 1] / 25e60, 1, within: 0x1p-10)
        #expect(abs(long[0, 1]) < 1e55 && long[2, 2] == 0)
        let short = try #require(try gram([3e-30, 4e-30, 6e-30, 8e-30], samples: 2, columns: 2, kept: 2))
        expectClose(short[0, 1] / 50e-60, 1, within: 0x1p-10)
        let none = try #require(try gram([0, 0, 0, 0], samples: 2, columns: 2, kept: 2))
        #expect(none.exponent == 0 && none.halves == [0, 0, 0])
    }

    @Test func nothingIsKeptUnlessAskedFor() throws {
        #expect(try gram([1, 2, 3, 4], samples: 4, columns: 1, kept: 0) == nil)
        #expect(try gram([1, 2, 3, 4], samples: 4, columns: 1, kept: .max)?.samples == 4)
    }

    @Test func trianglesThatCannotBe() {
        #expect(GramTriangle(samples: 2, exponent: 0, halves: [0, 0]) == nil)
        #expect(GramTriangle(samples: -1, exponent: 0, halves: []) == nil)
        #expect(GramTriangle(samples: .max, exponent: 0, halves: []) == nil)
        #expect(GramTriangle(samples: 1, exponent: 0, halves: [0x7C00]) == nil)
        #expect(GramTriangle(samples: 0, exponent: 0, halves: []) != nil)
    }
}
