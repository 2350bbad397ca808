import Formats
import Testing

@testable import Datasets

/// Expected pixels were computed with Pillow 13.0, `resize(…, Image.BILINEAR)`; extents with torchvision's formulas.
@Suite struct ImageTransformTests {
    /// (3x² + 7y + xy) mod 256.
    private func pattern(height: Int, width: Int) -> [UInt8] {
        (0..<height * width).map { (place: Int) -> UInt8 in
            let (y, x) = place.quotientAndRemainder(dividingBy: width)
            let value = x * x * 3 + y * 7 + x * y
            return UInt8(value % 256)
        }
    }

    private func resized(_ height: Int, _ width: Int, _ toHeight: Int, _ toWidth: Int) -> [UInt8] {
        Resampling(height: height, width: width, toHeight: toHeight, width: toWidth)
            .apply(pattern(height: height, width: width), channels: 1)
    }

    @Test func resizesAsPillowDoes() {
        #expect(resized(5, 7, 3, 4) == [5, 18, 52, 96, 17, 33, 69, 116, 29, 47, 86, 135])
        #expect(
            resized(5, 7, 8, 11) == [
                0, 1, 4, 10, 17, 27, 40, 55, 73, 93, 108, 3, 5, 8, 14, 21, 31, 45, 60, 78, 99, 114, 7, 9, 13, 19, 28,
                38, 52, 68, 85, 107, 122, 12, 14, 18, 24, 33, 44, 59, 75, 92, 114, 130, 16, 19, 23, 30, 39, 50, 65, 81,
                100, 122, 138, 21, 24, 28, 35, 45, 56, 71, 88, 107, 130, 146, 25, 28, 33, 41, 51, 63, 78, 95, 115, 138,
                154, 28, 31, 36, 44, 55, 67, 83, 100, 120, 143, 160,
            ])
        // One axis only.
        #expect(
            resized(9, 4, 9, 2) == [3, 17, 11, 26, 18, 36, 26, 45, 34, 54, 42, 64, 49, 73, 57, 82, 65, 91])
        #expect(
            resized(4, 9, 2, 9) == [5, 9, 18, 34, 56, 84, 117, 157, 203, 16, 21, 33, 50, 73, 102, 138, 179, 226])
    }

    @Test func resizesPlanesApart() {
        let plane = pattern(height: 5, width: 7)
        let both = Resampling(height: 5, width: 7, toHeight: 3, width: 4).apply(plane + plane.reversed(), channels: 2)
        #expect(Array(both.prefix(12)) == resized(5, 7, 3, 4))
        // The filter is symmetric up to rounding, which halves may tip.
        #expect(zip(both.suffix(12).reversed(), both.prefix(12)).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    @Test func takesTheShorterSideAndRoundsTheOtherDown() throws {
        func size(_ height: Int, _ width: Int, _ resize: Int, crop: Int? = nil) throws -> [Int] {
            let size = try ImageTransform(resize: resize, crop: crop)
                .output(height: height, width: width, "x", .standard)
            return [size.height, size.width]
        }
        #expect(try size(200, 300, 256) == [256, 384])
        // 256·375/500 is a whole number of no side: int(256 × 500 / 375) = 341.
        #expect(try size(375, 500, 256) == [256, 341])
        #expect(try size(500, 375, 256) == [341, 256])
        #expect(try size(32, 32, 48) == [48, 48])
        #expect(try size(375, 500, 256, crop: 224) == [224, 224])
    }

    @Test func cropsTheMiddle() {
        let image: [UInt8] = Array(0..<20)
        func crop(_ height: Int, _ width: Int, _ side: Int) -> [UInt8] {
            ImageTransform.centreCrop(
                Array(image.prefix(height * width)), channels: 1, height: height, width: width, side: side)
        }
        // (4−2)/2 = 1 row and (5−2)/2 = 1.5 columns, to even: 2.
        #expect(crop(4, 5, 2) == [7, 8, 12, 13])
        // (3−2)/2 = 0.5, to even: 0.
        #expect(crop(3, 3, 2) == [0, 1, 3, 4])
        #expect(crop(2, 2, 2) == [0, 1, 2, 3])
        // One missing pixel goes behind; of two, one before.
        #expect(crop(1, 2, 2) == [0, 1, 0, 0])
        #expect(crop(1, 1, 3) == [0, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(crop(1, 2, 3) == [0, 0, 0, 0, 1, 0, 0, 0, 0])
        // Rows cut, columns filled up.
        #expect(crop(4, 1, 2) == [1, 0, 2, 0])
    }

    @Test func appliesToAnySet() throws {
        let archive = imageArchive(
            shape: [2, 1, 5, 7], pixels: pattern(height: 5, width: 7) + pattern(height: 5, width: 7), labels: [0, 1])
        let set = try ImageSet(bytes: archive, source: "x", ImageRequest(transform: ImageTransform(resize: 3, crop: 3)))
        #expect(set.extents == [2, 1, 3, 3])
        let scaled = resized(5, 7, 3, 4)
        // Four columns to three: half a column, to even.
        #expect(Array(set.pixels.prefix(9)) == [0, 1, 2, 4, 5, 6, 8, 9, 10].map { scaled[$0] })
        #expect(set.pixels.prefix(9) == set.pixels.suffix(9))
    }

    @Test func refusesImpossibleSizes() {
        #expect(throws: DatasetError.badSize(option: "--resize", value: 0, most: 8192)) {
            try ImageTransform(resize: 0).validate()
        }
        #expect(throws: DatasetError.badSize(option: "--crop", value: 8193, most: 8192)) {
            try ImageTransform(resize: 8192, crop: 8193).validate()
        }
        #expect(
            throws: FormatError.tooLarge(
                file: "x", what: "pixels of 1000000×1 resized to 8192", size: 67_108_864_000_000, limit: 100_000_000)
        ) { try ImageTransform(resize: 8192).output(height: 1, width: 1_000_000, "x", .standard) }
        var limits = Limits()
        limits.setBytes = 17
        let archive = imageArchive(shape: [2, 1, 2, 2], pixels: Array(0..<8), labels: [0, 1])
        #expect(throws: DatasetError.tooManyPixels(file: "x", images: 2, bytesEach: 9, limit: 17)) {
            try ImageSet(bytes: archive, source: "x", ImageRequest(transform: ImageTransform(crop: 3), limits: limits))
        }
        limits.setBytes = 7
        #expect(throws: DatasetError.tooManyPixels(file: "x", images: 2, bytesEach: 4, limit: 7)) {
            try ImageSet(bytes: archive, source: "x", ImageRequest(limits: limits))
        }
    }
}
