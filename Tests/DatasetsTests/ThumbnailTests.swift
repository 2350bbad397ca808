import Formats
import Testing

@testable import Datasets

@Suite struct ThumbnailTests {
    /// Two images whose every value tells channel, row and column.
    private func set(channels: Int, height: Int, width: Int) throws -> ImageSet {
        let size = channels * height * width
        let labelled = try #require(
            LabelledImages(
                channels: channels, height: height, width: width,
                pixels: (0..<2 * size).map { UInt8(truncatingIfNeeded: $0 / (height * width) * 40) }, labels: [0, 1],
                classes: 2))
        return try ImageSet(labelled, classNames: ["a", "b"], source: "images", ImageRequest())
    }

    @Test func smallImagesAreTakenAsTheyAre() throws {
        let images = try set(channels: 3, height: 5, width: 4)
        let found = try #require(images.thumbnail(1, mostExtent: 64))
        #expect(found.channels == 3 && found.height == 5 && found.width == 4)
        #expect(found.pixels == Array(images.pixels[60..<120]))
        #expect(images.thumbnail(2, mostExtent: 64) == nil && images.thumbnail(-1, mostExtent: 64) == nil)
    }

    /// 100 × 50 fits into 64 × 64 as 64 × 32; planes of one value keep it.
    @Test func largeImagesKeepTheirProportions() throws {
        let found = try #require(try set(channels: 3, height: 100, width: 50).thumbnail(0, mostExtent: 64))
        #expect(found.height == 64 && found.width == 32)
        #expect(found.pixels == [0, 40, 80].flatMap { Array(repeating: UInt8($0), count: 64 * 32) })
        let flat = try #require(try set(channels: 1, height: 1, width: 300).thumbnail(0, mostExtent: 64))
        #expect(flat.height == 1 && flat.width == 64)
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 3), (4, 3)]) func channelsThatCanBeShown(channels: Int, kept: Int) throws {
        let images = try set(channels: channels, height: 2, width: 2)
        let found = try #require(images.thumbnail(0, mostExtent: 64))
        #expect(found.channels == kept && found.pixels == Array(images.pixels.prefix(kept * 4)))
    }
}
