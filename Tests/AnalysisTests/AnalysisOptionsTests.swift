import Separation
import Testing

@testable import Analysis

@Suite struct AnalysisOptionsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout AnalysisOptions) -> Void

        init(_ text: String, _ change: @escaping @Sendable (inout AnalysisOptions) -> Void) {
            testDescription = text
            self.change = change
        }
    }

    static let cases = [
        Case("--samples 1: expected 2 or more") { $0.samples = 1 },
        Case("--samples -9223372036854775808: expected 2 or more") { $0.samples = .min },
        Case("--edges 0: expected 1 or more") { $0.edges = 0 },
        Case("--histogram-samples 1: expected 2 or more") { $0.histogramSamples = 1 },
        Case("--limit 1: expected 2 or more") { $0.limit = 1 },
        Case("--neighbors 0: expected 1 or more") { $0.neighbors = 0 },
        Case("--neighbors 11: expected 1 to 10, as many as are kept") { $0.neighbors = 11 },
        Case("--min-length 0: expected 1 or more") { $0.criterion.minLength = 0 },
        Case("--tolerance -0.1: expected 0 to 1") { $0.criterion.tolerance = -0.1 },
        Case("--tolerance 1.5: expected 0 to 1") { $0.criterion.tolerance = 1.5 },
        Case("--tolerance nan: expected 0 to 1") { $0.criterion.tolerance = .nan },
    ]

    @Test(arguments: cases) func whatIsOutOfRangeIsNamed(_ test: Case) throws {
        var options = AnalysisOptions()
        test.change(&options)
        let error = #expect(throws: SeparationError.self) { try options.validate() }
        #expect(error?.description == test.testDescription)
        // A job does not begin with such options either.
        var fixture = try JobFixture(count: 5)
        fixture.options = options
        #expect(throws: SeparationError.self) { try fixture.job() }
    }

    @Test func defaultsAndThePapersNumbers() throws {
        var options = AnalysisOptions()
        try options.validate()
        #expect(options.imagesWanted == 4000)
        options.histogramSamples = 100
        #expect(options.imagesWanted == 4000)
        options.useThePapersNumbers()
        try options.validate()
        #expect(options.samples == 4000 && options.histogramSamples == 10_000 && options.imagesWanted == 10_000)
        options.limit = 50
        #expect(options.imagesWanted == 50)
    }
}
