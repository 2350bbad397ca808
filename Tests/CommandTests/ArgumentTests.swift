import Foundation
import Jobs
import Testing

@testable import sepal

@Suite struct ArgumentTests {
    @Test(arguments: [("512M", 512 << 20), ("2G", 2 << 30), ("1.5k", 1536), ("1000", 1000), ("0", 0)])
    func bytesAreReadAsPeopleWriteThem(text: String, bytes: Int) {
        #expect(ByteCount(argument: text)?.bytes == bytes)
    }

    @Test(arguments: ["", "M", "-1", "nan", "1e30", "2GB"]) func otherBytesAreRefused(text: String) {
        #expect(ByteCount(argument: text) == nil)
    }
}
