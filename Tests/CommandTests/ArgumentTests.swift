import Foundation
import Jobs
import Testing

@testable import sepal

@Suite struct ArgumentTests {
    @Test(arguments: [("512M", 512 << 20), ("2G", 2 << 30), ("1.5k", 1536), ("1000", 1000), ("0", 0)])
    func bytesAreReadAsPeopleWriteThem(text: String, bytes: Int) {
        #expect(ByteCount(argument: text)?.bytes == bytes)
    }

    @Test func fewerOfLargeImagesAreTakenUnlessANumberIsGiven() throws {
        func limit(_ options: [String]) throws -> Int? {
            try AnalysisArguments.parse(options).imageRequest(limit: 10_000).limitOfLarge
        }
        #expect(try limit([]) == 1000 && limit(["--seed", "1"]) == 1000)
        for options in [["--limit", "5000"], ["--samples", "5000"], ["--histogram-samples", "5000"], ["--paper"]] {
            #expect(try limit(options) == nil, "\(options)")
        }
    }

    @Test(arguments: ["", "M", "-1", "nan", "1e30", "2GB"]) func otherBytesAreRefused(text: String) {
        #expect(ByteCount(argument: text) == nil)
    }
}
