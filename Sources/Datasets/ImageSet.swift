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

    /// Orders the images and keeps the first `limit` of them.
    ///
    /// - Throws: `DatasetError` where fewer than two images or two classes are left, or names are missing.
    /// - Complexity: O(size of the images).
    public init(
        _ images: LabelledImages, classNames: [String], source: String, limit: Int?, seed: UInt64?, notes: [String] = []
    ) throws {
        guard classNames.count >= images.classes else {
            throw DatasetError.classNames(file: source, names: classNames.count, classes: images.classes)
        }
        let size = images.channels * images.height * images.width
        let isInRuns = SampleOrder.comesInRuns(images.labels)
        var order = isInRuns ? SampleOrder.interleaved(images.labels) : Array(0..<images.count)
        if let seed { SampleOrder.shuffle(&order, seed: seed) }
        if let limit { order = Array(order.prefix(max(0, limit))) }
        let labels = order.map { images.labels[$0] }
        guard labels.count >= 2 else { throw DatasetError.tooFewSamples(file: source, samples: labels.count) }
        guard labels.contains(where: { $0 != labels[0] }) else {
            throw DatasetError.singleClass(file: source, name: classNames[labels[0]])
        }
        let pixels =
            isInRuns || seed != nil
            ? Self.gather(order, from: images.pixels, size: size)
            : order.count == images.count ? images.pixels : Array(images.pixels.prefix(order.count * size))
        self.count = order.count
        self.channels = images.channels
        self.height = images.height
        self.width = images.width
        self.pixels = pixels
        self.labels = labels
        self.classNames = classNames
        self.source = source
        self.order = (isInRuns ? "interleaved" : "file") + (seed == nil ? "" : " + seed")
        self.notes = notes
        var hash = ContentHash()
        let numbers = ([count, channels, height, width] + labels).map { Int64($0).littleEndian }
        numbers.withUnsafeBytes { hash.update($0) }
        pixels.withUnsafeBytes { hash.update($0) }
        self.hash = hash.hexadecimal
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
