import Formats
import Tensors

/// Images and labels that are arrays: images uint8 N×C×H×W, N×H×W or N×H×W×C, labels N whole numbers.
struct ArrayImages {
    /// An array, with the names it has in messages.
    struct Named {
        var file: String
        var name: String
        var tensor: Tensor
    }

    let images: LabelledImages
    let classNames: [String]

    /// More classes than any data set of images has; a greater label is a mistake.
    private static let mostClasses = 100_000
    private static let expected = "N×C×H×W, N×H×W or N×H×W×C with N, H, W > 0"

    /// - Parameter names: of the classes; numbers where nil.
    init(images: Named, labels: Named, names: [String]? = nil) throws {
        guard images.tensor.elementType == .uint8 else {
            throw DatasetError.elementType(
                file: images.file, array: images.name, found: images.tensor.elementType.rawValue,
                expected: "uint8 (0…255)")
        }
        guard let numbers = labels.tensor.integers() else {
            throw DatasetError.elementType(
                file: labels.file, array: labels.name, found: labels.tensor.elementType.rawValue,
                expected: "whole numbers")
        }
        // N×1 is how some tools write labels.
        let labelShape = labels.tensor.shape
        guard labelShape.rank == 1 || labelShape.dims.dropFirst() == [1] else {
            throw DatasetError.shape(file: labels.file, array: labels.name, found: labelShape.dims, expected: "N")
        }
        let (extents, pixels) = try Self.planes(images)
        guard extents[0] == numbers.count else {
            throw DatasetError.countMismatch(file: images.file, images: extents[0], labels: numbers.count)
        }
        classNames = try Self.classNames(names, numbers, labels.file)
        guard
            let labelled = LabelledImages(
                channels: extents[1], height: extents[2], width: extents[3], pixels: pixels, labels: numbers,
                classes: classNames.count)
        else {
            throw DatasetError.shape(file: images.file, array: images.name, found: extents, expected: Self.expected)
        }
        self.images = labelled
    }

    /// N, C, H, W and the pixels in that order of axes.
    private static func planes(_ named: Named) throws -> ([Int], [UInt8]) {
        let images = named.tensor
        let dims = images.shape.dims
        guard dims.count == 3 || dims.count == 4, !dims.dropFirst().contains(0) else {
            throw DatasetError.shape(file: named.file, array: named.name, found: dims, expected: expected)
        }
        guard dims.count == 4 else { return ([dims[0], 1, dims[1], dims[2]], images.bytes) }
        let isChannelsLast = [1, 3].contains(dims[3]) && ![1, 3].contains(dims[1])
        guard isChannelsLast else { return (dims, images.bytes) }
        let (area, channels) = (dims[1] * dims[2], dims[3])
        let planar = images.bytes.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
                for start in stride(from: 0, to: source.count, by: area * channels) {
                    for channel in 0..<channels {
                        for place in 0..<area {
                            target[start + channel * area + place] = source[start + place * channels + channel]
                        }
                    }
                }
                count = source.count
            }
        }
        return ([dims[0], channels, dims[1], dims[2]], planar)
    }

    /// The names given, or numbers up to the greatest label.
    private static func classNames(_ names: [String]?, _ labels: [Int], _ file: String) throws -> [String] {
        let most = names?.count ?? mostClasses
        if let sample = labels.firstIndex(where: { !(0..<most ~= $0) }) {
            throw DatasetError.labelOutOfRange(file: file, sample: sample, label: labels[sample], classes: most)
        }
        return names ?? (0..<((labels.max() ?? -1) + 1)).map(String.init)
    }
}
