import Formats
import Tensors

/// Labelled images in the order in which they are analysed.
public struct ImageSet: Sendable {
    public let count: Int
    public let channels: Int
    public let height: Int
    public let width: Int
    /// N×C×H×W, 0…255.
    public let pixels: [UInt8]
    /// Class of each image, an index into `classNames`.
    public let labels: [Int]
    /// Where each image stands in the data set's own order, that of its files: class by class in a folder of pictures, as
    /// torchvision's `ImageFolder` lists them.
    public let places: [Int]
    public let classNames: [String]
    /// The file's name, for people: `test_batch.bin`.
    public let source: String
    /// `file`, or `interleaved` where labels came in runs; followed by ` + seed` where a seed has permuted it.
    public let order: String
    /// XXH64 of the images as they are here: count, channels, height, width and labels as little-endian 64-bit numbers, then
    /// the pixels. It identifies samples and order, whatever file they came in. 16 hexadecimal digits.
    public let hash: String
    /// What was chosen on the way, for people.
    public let notes: [String]

    /// Orders the images, keeps the first of them and brings those to size.
    ///
    /// - Throws: `DatasetError` where fewer than two images or two classes are left, names are missing, or pixels take
    ///   more than `limits.setBytes`; `KernelError.cancelled`.
    /// - Complexity: O(size of the images).
    public init(
        _ images: LabelledImages, classNames: [String], source: String, _ request: ImageRequest = ImageRequest(),
        notes: [String] = []
    ) throws {
        let (transform, limits) = (request.transform, request.limits)
        guard classNames.count >= images.classes else {
            throw DatasetError.classNames(file: source, names: classNames.count, classes: images.classes)
        }
        let size = images.channels * images.height * images.width
        let (height, width) = try transform.output(height: images.height, width: images.width, source, limits)
        let choice = SampleOrder.choose(
            images.labels, limit: request.limit(height: height, width: width), seed: request.seed)
        let order = choice.indices
        let labels = order.map { images.labels[$0] }
        try Self.check(labels, classNames, source)
        guard !request.labelsOnly else {
            self.init(
                labels: labels, places: order, extents: (images.channels, 0, 0), pixels: [], classNames: classNames,
                source: source, order: choice.name, notes: notes)
            return
        }
        let pixels: [UInt8]
        if transform != .none {
            pixels = try transform.applied(to: images, order, source, request)
        } else {
            try Self.checkRoom(order.count, size, source, limits)
            pixels =
                !choice.isPrefix
                ? Self.gather(order, from: images.pixels, size: size)
                : order.count == images.count ? images.pixels : Array(images.pixels.prefix(order.count * size))
        }
        self.init(
            labels: labels, places: order, extents: (images.channels, height, width), pixels: pixels,
            classNames: classNames, source: source, order: choice.name,
            notes: notes + request.note(taken: order.count, of: images.count, height: height, width: width))
    }

    /// The first images, in their order.
    public func prefix(_ most: Int) -> ImageSet {
        let kept = min(max(0, most), count)
        return ImageSet(
            labels: Array(labels.prefix(kept)), places: Array(places.prefix(kept)), extents: (channels, height, width),
            pixels: Array(pixels.prefix(kept * channels * height * width)), classNames: classNames, source: source,
            order: order, notes: [])
    }

    /// Images that are chosen, ordered and checked already.
    init(
        labels: [Int], places: [Int], extents: (channels: Int, height: Int, width: Int), pixels: [UInt8],
        classNames: [String],
        source: String, order: String, notes: [String]
    ) {
        count = labels.count
        (channels, height, width) = extents
        self.pixels = pixels
        self.labels = labels
        self.places = places
        self.classNames = classNames
        self.source = source
        self.order = order
        self.notes = notes
        var hash = ContentHash()
        let numbers = ([count, channels, height, width] + labels).map { Int64($0).littleEndian }
        numbers.withUnsafeBytes { hash.update($0) }
        pixels.withUnsafeBytes { hash.update($0) }
        self.hash = hash.hexadecimal
    }

    /// Separation needs two images and two classes.
    static func check(_ labels: [Int], _ classNames: [String], _ source: String) throws {
        guard labels.count >= 2 else { throw DatasetError.tooFewSamples(file: source, samples: labels.count) }
        guard labels.contains(where: { $0 != labels[0] }) else {
            throw DatasetError.singleClass(file: source, name: classNames[labels[0]])
        }
    }

    /// Whether so many images of so many bytes each may be kept.
    static func checkRoom(_ images: Int, _ bytesEach: Int, _ source: String, _ limits: Limits) throws {
        let (bytes, overflow) = images.multipliedReportingOverflow(by: bytesEach)
        guard !overflow, bytes <= limits.setBytes else {
            throw DatasetError.tooManyPixels(
                file: source, images: images, bytesEach: bytesEach, limit: limits.setBytes)
        }
    }

    private static func gather(_ order: [Int], from pixels: [UInt8], size: Int) -> [UInt8] {
        pixels.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: order.count * size) { buffer, count in
                let target = UnsafeMutableRawBufferPointer(buffer)
                for (place, index) in order.enumerated() {
                    target[place * size..<(place + 1) * size].copyBytes(from: source[index * size..<(index + 1) * size])
                }
                count = order.count * size
            }
        }
    }
}
