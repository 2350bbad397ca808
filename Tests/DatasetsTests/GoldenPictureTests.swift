import Formats
import Foundation
import Testing

@testable import Datasets

private let environment = ProcessInfo.processInfo.environment

/// The image folder holds 1,000 of the test batch's images, whose pixels went through JPEG once: decoded, they are those
/// of the batch.
@Suite(.enabled(if: environment["SEPAL_SHARED"] != nil, "needs SEPAL_SHARED, the folder of golden files"))
struct GoldenPictureTests {
    private let folder = "\(environment["SEPAL_SHARED"] ?? "")/data"

    @Test func theImageFolderIsAPartOfTheTestBatch() throws {
        let set = try ImageSet.load(path: folder + "/cifar10-jpeg")
        let batch = try ImageSet.load(path: folder + "/test_batch.bin")
        #expect(set.extents == [1000, 3, 32, 32])
        #expect(set.classNames == batch.classNames)
        #expect(set.order == "interleaved")
        #expect(set.labels == (0..<1000).map { $0 % 10 })
        let known = Set((0..<batch.count).map { Image(batch, $0) })
        let images = (0..<set.count).map { Image(set, $0) }
        #expect(Set(images).count == 1000)
        #expect(images.count(where: known.contains) == 1000)
    }

    private struct Image: Hashable {
        let label: Int
        let pixels: ArraySlice<UInt8>

        init(_ set: ImageSet, _ index: Int) {
            label = set.labels[index]
            pixels = set.pixels[index * 3072..<(index + 1) * 3072]
        }
    }
}

/// Compares pixels with Pillow's: `.ci/images.py` writes them as an npz and sets the variables. `SEPAL_PILLOW_NPZ` has one
/// npz, `SEPAL_PILLOW_IMAGES` the folder of the images, `SEPAL_PILLOW_SIZE` resize and crop, as `256,224`, where asked for.
@Suite(.enabled(if: environment["SEPAL_PILLOW_NPZ"] != nil, "needs SEPAL_PILLOW_NPZ, which .ci/images.py writes"))
struct PillowTests {
    @Test func agreesWithPillow() throws {
        let numbers = (environment["SEPAL_PILLOW_SIZE"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let sizes = numbers.map { Int($0) }
        let transform = ImageTransform(resize: sizes.first ?? nil, crop: sizes.dropFirst().first ?? nil)
        let expected = try ImageSet.load(path: try #require(environment["SEPAL_PILLOW_NPZ"]))
        let found = try ImageSet.load(
            path: try #require(environment["SEPAL_PILLOW_IMAGES"]), ImageRequest(transform: transform))
        #expect(found.extents == expected.extents)
        #expect(found.labels == expected.labels)
        try #require(found.pixels.count == expected.pixels.count)
        let differences = zip(found.pixels, expected.pixels).lazy.map { abs(Int($0) - Int($1)) }
        let equal = Double(differences.count { $0 == 0 }) / Double(found.pixels.count)
        let greatest = differences.max() ?? 0
        print("pillow: \(found.pixels.count) values, \(equal * 100) % equal, greatest difference \(greatest)")
        #expect(equal >= 0.99)
        #expect(greatest <= 1)
    }
}
