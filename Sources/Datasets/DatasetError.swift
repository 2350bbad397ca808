import Formats

/// Why images and labels that could be read make no data set, or cannot be handed out as asked.
/// Every description is one line: what is wrong, where, what to do.
public enum DatasetError: Error, Equatable {
    /// An npz lacks one of its arrays; `found` are the names it has.
    case missingArray(file: String, name: String, found: [String])
    /// An array of the wrong element type, or text where numbers are due.
    case elementType(file: String, array: String, found: String, expected: String)
    /// An array whose axes are none of those expected.
    case shape(file: String, array: String, found: [Int], expected: String)
    /// Images and labels differ in number.
    case countMismatch(file: String, images: Int, labels: Int)
    /// A label outside of 0…classes−1. `sample` counts from 0 in the file.
    case labelOutOfRange(file: String, sample: Int, label: Int, classes: Int)
    /// A list of class names shorter than the labels need.
    case classNames(file: String, names: Int, classes: Int)
    /// Fewer images than separation can be measured on.
    case tooFewSamples(file: String, samples: Int)
    /// All images are of one class.
    case singleClass(file: String, name: String)
    /// A folder without labelled images; `found` is one of the things that are there instead.
    case noImages(folder: String, found: String?)
    /// A folder that holds several sets of images, none of which comes first.
    case severalSets(folder: String, found: [String])
    /// Images without a file of labels beside them.
    case noLabels(file: String, tried: [String])
    /// A class folder without images that can be read; `found` is one of the things that are there instead.
    case emptyClass(folder: String, found: String?)
    /// Images of differing sizes; `file` is the first that differs from the one before.
    case sizes(file: String, found: [Int], expected: [Int], advice: String)
    /// Images whose pixels would take more memory than is allowed.
    case tooManyPixels(file: String, images: Int, bytesEach: Int, limit: Int)
    /// A size to bring images to that is none.
    case badSize(option: String, value: Int, most: Int)
    /// Mean or standard deviation whose count is not that of the channels.
    case channelMismatch(channels: Int, mean: Int, standardDeviation: Int)
    /// A mean that is not finite, or a standard deviation that is not finite and positive.
    case normalization(channel: Int, mean: Float, standardDeviation: Float)
    /// A range of images outside of the set.
    case rangeOutside(range: Range<Int>, count: Int)
    /// A buffer with less room than the values take.
    case bufferTooSmall(needs: Int, has: Int)
}

extension DatasetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missingArray(let file, let name, let found):
            """
            \(file): the array '\(name)' is missing (found: \(Self.list(found))); \
            write images and labels with numpy.savez
            """
        case .elementType(let file, let array, let found, let expected):
            "\(file), array '\(array)': elements are \(found), not \(expected); convert it with astype"
        case .shape(let file, let array, let found, let expected):
            "\(file), array '\(array)': its shape is \(found), not \(expected); reshape it"
        case .countMismatch(let file, let images, let labels):
            "\(file): \(images) images but \(labels) labels; give every image one label"
        case .labelOutOfRange(let file, let sample, let label, let classes):
            "\(file), image \(sample): label \(label) is not among 0…\(classes - 1); number the classes from 0"
        case .classNames(let file, let names, let classes):
            "\(file): \(names) class names, but the labels need \(classes); add the missing names"
        case .tooFewSamples(let file, let samples):
            "\(file): \(samples) image(s), but at least 2 are needed; raise --limit or give more images"
        case .singleClass(let file, let name):
            """
            \(file): all images are of class '\(name)', nothing to separate; \
            raise --limit or give more classes
            """
        case .noImages(let folder, let found):
            """
            \(folder): no labelled images here (found: \(found ?? "nothing")); \
            \(FormatError.imageAdvice)
            """
        case .severalSets(let folder, let found):
            "\(folder): several sets of images here (\(Self.list(found))); give one of them with --data"
        case .noLabels(let file, let tried) where tried.isEmpty:
            "\(file): this name is none of images with labels beside them; give the file of images, as images.npy"
        case .noLabels(let file, let tried):
            """
            \(file): no labels beside it (looked for: \(Self.list(tried))); \
            put the file of labels into the same folder
            """
        case .emptyClass(let folder, let found):
            """
            \(folder): no JPEG or PNG images in this class folder (found: \(found ?? "nothing")); \
            add images or take the folder away
            """
        case .sizes(let file, let found, let expected, let advice):
            """
            \(file): it is \(Self.extents(found)) pixels where other images are \(Self.extents(expected)); \
            \(advice)
            """
        case .tooManyPixels(let file, let images, let bytesEach, let limit):
            """
            \(file): \(images) images of \(bytesEach) bytes are beyond the limit of \(limit) bytes; \
            give --limit \(limit / max(1, bytesEach)) or less, or a smaller --resize or --crop
            """
        case .badSize(let option, let value, let most):
            "\(option) \(value): no such size; give 1 to \(most) pixels"
        case .channelMismatch(let channels, let mean, let deviation):
            """
            images have \(channels) channel(s), but \(mean) mean(s) and \(deviation) standard deviation(s) are given; \
            give one of each a channel
            """
        case .normalization(let channel, let mean, let deviation):
            "channel \(channel): mean \(mean) and standard deviation \(deviation) cannot normalise; give finite ones, std > 0"
        case .rangeOutside(let range, let count):
            "images \(range.lowerBound)..<\(range.upperBound) were asked for, but there are \(count); ask for fewer"
        case .bufferTooSmall(let needs, let has):
            "the images take \(needs) values, but there is room for \(has); give a larger buffer"
        }
    }

    private static func extents(_ size: [Int]) -> String { size.map(String.init).joined(separator: "×") }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.prefix(8).joined(separator: ", ")
    }
}
