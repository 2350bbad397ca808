import Formats
import Testing

@testable import Datasets

@Suite struct NormalizationTests {
    /// Two images of 2 channels, 1×3.
    private func images() throws -> ImageSet {
        let images = try #require(
            LabelledImages(
                channels: 2, height: 1, width: 3, pixels: [0, 51, 255, 10, 20, 30, 1, 2, 3, 4, 5, 6], labels: [0, 1],
                classes: 2))
        return try ImageSet(images, classNames: ["a", "b"], source: "x")
    }

    private func normalize(
        _ range: Range<Int>, mean: [Float] = [0, 0], std: [Float] = [1, 1], room: Int = 12
    ) throws -> [Float] {
        var values = [Float](repeating: -9, count: room)
        let set = try images()
        try values.withUnsafeMutableBufferPointer {
            try set.normalize(range, mean: mean, std: std, into: $0)
        }
        return values
    }

    @Test func computesInFloat32() throws {
        let mean: [Float] = [0.485, 0.1]
        let std: [Float] = [0.229, 2]
        let values = try normalize(0..<2, mean: mean, std: std)
        let pixels = try images().pixels
        for place in 0..<12 {
            let channel = place / 3 % 2
            #expect(values[place] == (Float(pixels[place]) / 255 - mean[channel]) / std[channel])
        }
    }

    @Test func placesRanges() throws {
        let unit: (Float) -> Float = { $0 / 255 }
        #expect(try normalize(1..<2, room: 8) == [1, 2, 3, 4, 5, 6].map(unit) + [-9, -9])
        #expect(try normalize(2..<2, room: 1) == [-9])
    }

    @Test func refusesWhatDoesNotFit() {
        #expect(throws: DatasetError.rangeOutside(range: 1..<3, count: 2)) { try normalize(1..<3) }
        #expect(throws: DatasetError.rangeOutside(range: -1..<1, count: 2)) { try normalize(-1..<1) }
        #expect(throws: DatasetError.bufferTooSmall(needs: 12, has: 11)) { try normalize(0..<2, room: 11) }
        #expect(throws: DatasetError.channelMismatch(channels: 2, mean: 3, standardDeviation: 2)) {
            try normalize(0..<1, mean: [0, 0, 0])
        }
        #expect(throws: DatasetError.channelMismatch(channels: 2, mean: 2, standardDeviation: 1)) {
            try normalize(0..<1, std: [1])
        }
        #expect(throws: DatasetError.normalization(channel: 1, mean: 0, standardDeviation: 0)) {
            try normalize(0..<1, std: [1, 0])
        }
        #expect(throws: DatasetError.normalization(channel: 0, mean: .infinity, standardDeviation: 1)) {
            try normalize(0..<1, mean: [.infinity, 0])
        }
    }
}
