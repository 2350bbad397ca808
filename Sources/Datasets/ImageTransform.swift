import Formats

/// What is done to images before a network sees them: torchvision's `Resize` with antialiasing, then `CenterCrop`.
public struct ImageTransform: Sendable, Equatable {
    /// The shorter side's length; the other side keeps the proportion, rounded down.
    public var resize: Int?
    /// The side of a square cut from the middle; images that are smaller are filled up with zeros.
    public var crop: Int?

    public init(resize: Int? = nil, crop: Int? = nil) {
        self.resize = resize
        self.crop = crop
    }

    public static let none = ImageTransform()
    /// What networks for ImageNet are evaluated with.
    public static let imageNet = ImageTransform(resize: 256, crop: 224)
    /// The least shorter side for which `imageNet` is taken without being asked for.
    static let imageNetLeast = 64
    /// The longest side that can be asked for.
    public static let longest = 8192

    /// - Throws: `DatasetError.badSize`, naming the option as it is typed.
    public func validate() throws(DatasetError) {
        for (option, value) in [("--resize", resize), ("--crop", crop)] {
            guard let value, !(1...Self.longest ~= value) else { continue }
            throw .badSize(option: option, value: value, most: Self.longest)
        }
    }

    /// Height and width after resizing.
    /// - Throws: `FormatError.tooLarge` beyond `limits.imagePixels`.
    func resized(
        height: Int, width: Int, _ file: String, _ limits: Limits
    ) throws -> (height: Int, width: Int) {
        try validate()
        guard let resize else { return (height, width) }
        let (short, long) = (min(height, width), max(height, width))
        // As Python computes it, in double precision.
        let other = Double(resize) * Double(long) / Double(short)
        let side = Int(min(other, 0x1p40))
        guard side <= limits.imagePixels / max(1, resize) else {
            throw FormatError.tooLarge(
                file: file, what: "pixels of \(width)×\(height) resized to \(resize)",
                size: side.multipliedReportingOverflow(by: resize).partialValue, limit: limits.imagePixels)
        }
        return height <= width ? (resize, side) : (side, resize)
    }

    /// Height and width after all.
    func output(height: Int, width: Int, _ file: String, _ limits: Limits) throws -> (height: Int, width: Int) {
        let size = try resized(height: height, width: width, file, limits)
        return crop.map { ($0, $0) } ?? size
    }

    /// One image, plane by plane. O(pixels).
    func apply(
        _ planes: [UInt8], channels: Int, height: Int, width: Int, _ file: String, _ limits: Limits
    ) throws -> [UInt8] {
        let size = try resized(height: height, width: width, file, limits)
        let scaled =
            size == (height, width)
            ? planes
            : Resampling(height: height, width: width, toHeight: size.height, width: size.width)
                .apply(planes, channels: channels)
        guard let crop else { return scaled }
        return Self.centreCrop(scaled, channels: channels, height: size.height, width: size.width, side: crop)
    }

    /// As torchvision: a smaller image is filled up first, with half the missing pixels, rounded down, before it; then the
    /// square begins at half the surplus, rounded to even.
    static func centreCrop(_ planes: [UInt8], channels: Int, height: Int, width: Int, side: Int) -> [UInt8] {
        func start(_ length: Int) -> Int {
            length < side
                ? -((side - length) / 2)
                : Int((Double(length - side) / 2).rounded(.toNearestOrEven))
        }
        let (top, left) = (start(height), start(width))
        let columns = max(0, left)..<min(width, left + side)
        var result = [UInt8](repeating: 0, count: channels * side * side)
        for channel in 0..<channels {
            for row in max(0, top)..<min(height, top + side) {
                let from = (channel * height + row) * width
                let to = (channel * side + row - top) * side - left
                for column in columns { result[to + column] = planes[from + column] }
            }
        }
        return result
    }

    /// Some images of a set, in this order.
    func applied(
        to images: LabelledImages, _ order: [Int], _ file: String, _ request: ImageRequest
    ) throws -> [UInt8] {
        let limits = request.limits
        let (height, width) = try output(height: images.height, width: images.width, file, limits)
        let source = images.channels * images.height * images.width
        let target = images.channels * height * width
        try ImageSet.checkRoom(order.count, target, file, limits)
        return try filled(order.count * target) { buffer in
            try request.forEach(order.count) { place in
                let start = order[place] * source
                let result = try apply(
                    Array(images.pixels[start..<start + source]), channels: images.channels, height: images.height,
                    width: images.width, file, limits)
                buffer.write(result, at: place * target)
            }
        }
    }
}

/// Memory that threads write to, each its own part.
struct SharedBuffer: @unchecked Sendable {
    fileprivate let bytes: UnsafeMutableRawBufferPointer

    func write(_ content: [UInt8], at offset: Int) {
        UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + content.count]).copyBytes(from: content)
    }
}

/// An array of bytes that threads have filled.
func filled(_ count: Int, _ body: (SharedBuffer) throws -> Void) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        try body(
            SharedBuffer(bytes: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))))
        initialized = count
    }
}
