import Tensors

/// Labelled images as they stand in a file.
public struct LabelledImages: Sendable, Equatable {
    public let channels: Int
    public let height: Int
    public let width: Int
    /// N×C×H×W.
    public let pixels: [UInt8]
    /// One class an image.
    public let labels: [Int]
    /// How many classes there are; labels are below.
    public let classes: Int

    public var count: Int { labels.count }

    /// Fails where `pixels` are not labels.count×C×H×W bytes with C, H, W > 0, or a label is not in 0..<classes.
    public init?(channels: Int, height: Int, width: Int, pixels: [UInt8], labels: [Int], classes: Int) {
        guard channels > 0, height > 0, width > 0,
            Shape([labels.count, channels, height, width])?.count == pixels.count,
            labels.allSatisfy({ 0 <= $0 && $0 < classes })
        else { return nil }
        self.channels = channels
        self.height = height
        self.width = width
        self.pixels = pixels
        self.labels = labels
        self.classes = classes
    }
}

/// CIFAR's binary format: one record an image, label bytes first, then 3×32×32 pixels, plane by plane.
public enum CIFAR {
    /// CIFAR-10's classes in the order of its labels.
    public static let classNames10 = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    static let pixelBytes = 3 * 32 * 32

    /// Reads a binary file of CIFAR-10 (one label byte) or CIFAR-100 (coarse and fine label; the fine one counts),
    /// told apart by the size of the file and, where that fits both, by the labels.
    ///
    /// - Throws: `FormatError`: `.malformed` with the record where a label is out of range, `.wrongKind` where the size
    ///   fits neither.
    /// - Complexity: O(count).
    public static func read(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> LabelledImages {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
        return try bytes.withUnsafeBytes { bytes in
            let is10 = bytes.count.isMultiple(of: 1 + pixelBytes)
            let is100 = bytes.count.isMultiple(of: 2 + pixelBytes)
            if is10, !is100 || firstWrong(bytes, labelBytes: 1, classes: 10) == nil {
                return try read(bytes, labelBytes: 1, classes: 10, context)
            }
            if is100 { return try read(bytes, labelBytes: 2, classes: 100, context) }
            if let error = ForeignFile.recognize(bytes, context, wanted: .images) { throw error }
            if Safetensors.looksLike(bytes) || TorchLegacy.looksLike(bytes) {
                throw FormatError.wrongKind(
                    file: file, found: "a checkpoint or pickle, not images",
                    advice: FormatError.imageAdvice)
            }
            throw FormatError.wrongKind(
                file: file,
                found: "no CIFAR binary file: \(bytes.count) bytes are not a whole number of records of "
                    + "\(1 + pixelBytes) (CIFAR-10) or \(2 + pixelBytes) (CIFAR-100)",
                advice: "copy or download it again, or \(FormatError.imageAdvice)")
        }
    }

    /// Whether a file of this size is a whole number of records.
    static func fits(_ size: Int) -> Bool {
        size.isMultiple(of: 1 + pixelBytes) || size.isMultiple(of: 2 + pixelBytes)
    }

    private static func firstWrong(_ bytes: UnsafeRawBufferPointer, labelBytes: Int, classes: Int) -> Int? {
        stride(from: labelBytes - 1, to: bytes.count, by: labelBytes + pixelBytes).first { bytes[$0] >= classes }
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, labelBytes: Int, classes: Int, _ context: ReadContext
    ) throws -> LabelledImages {
        let record = labelBytes + pixelBytes
        if let wrong = firstWrong(bytes, labelBytes: labelBytes, classes: classes) {
            let start = wrong - (labelBytes - 1)
            throw context.malformed(
                .record(start / record, byte: start), "label \(bytes[wrong]) is not among 0…\(classes - 1)")
        }
        let count = bytes.count / record
        try context.charge(count * pixelBytes)
        let labels = (0..<count).map { Int(bytes[$0 * record + labelBytes - 1]) }
        let pixels = [UInt8](unsafeUninitializedCapacity: count * pixelBytes) { buffer, initialized in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for image in 0..<count {
                let start = image * record + labelBytes
                target[image * pixelBytes..<(image + 1) * pixelBytes].copyBytes(from: bytes[start..<start + pixelBytes])
            }
            initialized = count * pixelBytes
        }
        guard
            let images = LabelledImages(
                channels: 3, height: 32, width: 32, pixels: pixels, labels: labels, classes: classes)
        else { throw context.malformed(.file, "labels and images differ") }
        return images
    }
}
