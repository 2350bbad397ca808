/// A small picture of a sample.
public struct Thumbnail: Equatable, Sendable {
    /// The greatest height and width.
    public static let mostExtent = 64

    /// 1 for grey, 3 for red, green and blue.
    public let channels: Int
    public let height: Int
    public let width: Int
    /// channels × height × width bytes, a plane after the other, rows from the top.
    public let pixels: [UInt8]

    /// nil unless there are 1 or 3 channels, 1 to 64 rows and columns, and a byte for each value.
    public init?(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
        let extents = 1...Self.mostExtent
        guard channels == 1 || channels == 3, extents.contains(height), extents.contains(width),
            pixels.count == channels * height * width
        else { return nil }
        (self.channels, self.height, self.width, self.pixels) = (channels, height, width, pixels)
    }

    /// Red, green and blue of a pixel, 0 ≤ row < height, 0 ≤ column < width; three times the same where it is grey.
    public subscript(row: Int, column: Int) -> SIMD3<UInt8> {
        let place = row * width + column
        guard channels == 3 else { return SIMD3(repeating: pixels[place]) }
        return SIMD3(pixels[place], pixels[height * width + place], pixels[2 * height * width + place])
    }
}
