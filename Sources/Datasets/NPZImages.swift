import Formats
import Tensors

/// Images and labels of an npz: `images` uint8 N×C×H×W, N×H×W or N×H×W×C, `labels` N whole numbers, and, where present,
/// `classes`, their names.
enum NPZImages {
    /// More classes than any data set of images has; a greater label is a mistake.
    private static let mostClasses = 100_000
    private static let expected = "N×C×H×W, N×H×W or N×H×W×C with N, H, W > 0"

    static func read(_ bytes: [UInt8], _ file: String, _ limits: Limits) throws -> (LabelledImages, [String]) {
        let (arrays, names) = try readNPZ(
            bytes: bytes, file: file, wanted: ["images", "labels", "classes"], limits: limits)
        func tensor(_ name: String, _ expected: String) throws -> Tensor {
            switch arrays[name] {
            case .tensor(let tensor)?: return tensor
            case .strings?: throw DatasetError.elementType(file: file, array: name, found: "text", expected: expected)
            case nil: throw DatasetError.missingArray(file: file, name: name, found: names)
            }
        }
        let images = try tensor("images", "uint8")
        let labelTensor = try tensor("labels", "whole numbers")
        guard images.elementType == .uint8 else {
            throw DatasetError.elementType(
                file: file, array: "images", found: images.elementType.rawValue, expected: "uint8 (0…255)")
        }
        guard let labels = labelTensor.integers() else {
            throw DatasetError.elementType(
                file: file, array: "labels", found: labelTensor.elementType.rawValue, expected: "whole numbers")
        }
        // N×1 is how some tools write labels.
        guard labelTensor.shape.rank == 1 || labelTensor.shape.dims.dropFirst() == [1] else {
            throw DatasetError.shape(file: file, array: "labels", found: labelTensor.shape.dims, expected: "N")
        }
        let (extents, pixels) = try planes(images, file)
        guard extents[0] == labels.count else {
            throw DatasetError.countMismatch(file: file, images: extents[0], labels: labels.count)
        }
        let classNames = try classNames(arrays["classes"], labels, file)
        guard
            let images = LabelledImages(
                channels: extents[1], height: extents[2], width: extents[3], pixels: pixels, labels: labels,
                classes: classNames.count)
        else { throw DatasetError.shape(file: file, array: "images", found: extents, expected: expected) }
        return (images, classNames)
    }

    /// N, C, H, W and the pixels in that order of axes.
    private static func planes(_ images: Tensor, _ file: String) throws -> ([Int], [UInt8]) {
        let dims = images.shape.dims
        guard dims.count == 3 || dims.count == 4, !dims.dropFirst().contains(0) else {
            throw DatasetError.shape(file: file, array: "images", found: dims, expected: expected)
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
    private static func classNames(_ given: NumpyArray?, _ labels: [Int], _ file: String) throws -> [String] {
        var names: [String]?
        if case .strings(let strings)? = given { names = strings.map(\.printable) }
        let most = names?.count ?? mostClasses
        if let sample = labels.firstIndex(where: { !(0..<most ~= $0) }) {
            throw DatasetError.labelOutOfRange(file: file, sample: sample, label: labels[sample], classes: most)
        }
        return names ?? (0..<((labels.max() ?? -1) + 1)).map(String.init)
    }
}
