import Tensors

/// CIFAR's Python batches: pickled dictionaries with `data`, a numpy array of N×3072 bytes, plane by plane, and a list of
/// `labels` (CIFAR-10) or `fine_labels` (CIFAR-100). Pickles are read through the allow-list; nothing in them is run.
public enum CIFARPython {
    /// Whether a file is a pickle, as these batches are, in protocol 2 or later.
    public static func looksLike(_ bytes: [UInt8]) -> Bool {
        bytes.count > 1 && bytes[0] == 0x80 && 2...5 ~= bytes[1]
    }

    /// Reads a batch as CIFAR's makers publish it, or as any Python has written it again.
    ///
    /// - Throws: `FormatError`: `.wrongKind` for other pickles.
    /// - Complexity: O(bytes).
    public static func read(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> LabelledImages {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        return try bytes.withUnsafeBytes { bytes in
            let dictionary = try Dictionary(bytes, context)
            let labelsKey = ["labels", "fine_labels"].first { dictionary[$0] != nil }
            guard let data = dictionary["data"], let labelsKey, let stored = dictionary[labelsKey] else {
                throw dictionary.wrongKind("without 'data' and 'labels'")
            }
            let classes = labelsKey == "labels" ? 10 : 100
            guard case .array(let index) = data else {
                throw context.malformed(.file, "'data' is \(dictionary.heap.describe(data)), no numpy array")
            }
            let pixels = try dictionary.tensor(index, "data")
            let dims = pixels.shape.dims
            guard pixels.elementType == .uint8, dims.dropFirst() == [3072] || dims.dropFirst() == [3, 32, 32] else {
                throw context.malformed(
                    .file, "'data' is \(pixels.elementType.rawValue) of shape \(dims), not uint8 of N×3072")
            }
            let labels = try dictionary.integers(stored, labelsKey)
            guard labels.count == dims[0] else {
                throw context.malformed(.file, "\(dims[0]) images but \(labels.count) labels")
            }
            if let wrong = labels.firstIndex(where: { !(0..<classes ~= $0) }) {
                throw context.malformed(
                    .file, "label \(labels[wrong]) of image \(wrong) is not among 0…\(classes - 1)")
            }
            guard
                let images = LabelledImages(
                    channels: 3, height: 32, width: 32, pixels: pixels.bytes, labels: labels, classes: classes)
            else { throw context.malformed(.file, "labels and images differ") }
            return images
        }
    }

    /// The classes' names in `batches.meta` (CIFAR-10) or `meta` (CIFAR-100, the fine ones).
    ///
    /// - Throws: `FormatError`.
    public static func classNames(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> [String] {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        return try bytes.withUnsafeBytes { bytes in
            let dictionary = try Dictionary(bytes, context)
            let found = dictionary["label_names"] ?? dictionary["fine_label_names"]
            guard let names = dictionary.heap.items(found), names.count <= 1000 else {
                throw dictionary.wrongKind("without 'label_names'")
            }
            return try names.map { name in
                guard let text = dictionary.text(name) else {
                    throw context.malformed(.file, "a class name is \(dictionary.heap.describe(name)), not text")
                }
                return text
            }
        }
    }

    /// The dictionary that a pickle consists of, and what its values refer to.
    private struct Dictionary {
        let bytes: UnsafeRawBufferPointer
        let context: ReadContext
        let heap: PickleHeap
        private let entries: [(key: PickleValue, value: PickleValue)]

        init(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws {
            (self.bytes, self.context) = (bytes, context)
            var reader = ByteReader(bytes, context)
            let (root, heap) = try Unpickler.load(from: &reader, context)
            self.heap = heap
            guard case .dictionary(let index) = root else {
                var found = "a pickle of \(heap.describe(root))"
                // The magic number that begins PyTorch's old files.
                if case .long = root { found = "a PyTorch checkpoint" }
                throw FormatError.wrongKind(
                    file: context.file, found: found + ", not images", advice: FormatError.imageAdvice)
            }
            entries = heap.dictionaries[index]
            guard reader.remaining == 0 else {
                throw context.malformed(.byte(reader.offset), "\(reader.remaining) bytes follow the pickle")
            }
        }

        /// A value by its key, which may be text or bytes; where the key comes twice, the later value.
        subscript(key: String) -> PickleValue? {
            entries.last { entry in
                switch entry.key {
                case .string(let text), .latin(let text): text == key
                case .bytes(let range): bytes[range].elementsEqual(key.utf8)
                default: false
                }
            }?.value
        }

        /// A name; nil for anything longer than names are.
        func text(_ value: PickleValue) -> String? {
            switch value {
            case .string(let text), .latin(let text): text
            case .bytes(let range) where range.count < 1000: String(decoding: bytes[range], as: UTF8.self)
            default: nil
            }
        }

        func wrongKind(_ lack: String) -> FormatError {
            .wrongKind(
                file: context.file, found: "a pickled dictionary \(lack), no CIFAR batch",
                advice: FormatError.imageAdvice)
        }

        func tensor(_ index: Int, _ key: String) throws -> Tensor {
            let array = heap.arrays[index]
            let header = NPYHeader(descr: array.type, isFortran: array.isFortran, shape: array.shape)
            let place = FormatError.Place.entry(key)
            let elements: NumpyArray
            switch array.content {
            case .bytes(let range):
                elements = try NPY.elements(header, UnsafeRawBufferPointer(rebasing: bytes[range]), place, context)
            case .latin(let text), .string(let text):
                try context.charge(text.utf8.count)
                let content = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
                elements = try content.withUnsafeBytes { try NPY.elements(header, $0, place, context) }
            default: throw context.malformed(place, "the array has no content")
            }
            guard case .tensor(let tensor) = elements else {
                throw context.malformed(place, "text stands where numbers are due")
            }
            return tensor
        }

        /// A list of whole numbers, or an array of such.
        func integers(_ value: PickleValue, _ key: String) throws -> [Int] {
            if let integers = heap.integers(value) { return integers }
            if case .array(let index) = value {
                let tensor = try tensor(index, key)
                if tensor.shape.rank == 1, let integers = tensor.integers() { return integers }
            }
            throw context.malformed(.entry(key), "it is \(heap.describe(value)), no list of whole numbers")
        }
    }
}
