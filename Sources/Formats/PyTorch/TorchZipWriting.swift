import Tensors

extension TorchZip {
    /// The file that `torch.save` makes of an `OrderedDict` of names and tensors, one storage a tensor, as
    /// `torch.load` with `weights_only=True` takes it. Equal dicts give equal bytes, whatever the file's name; metadata
    /// has no place in it.
    ///
    /// - Throws: `FormatError.unwritable` where the archive can't be made.
    /// - Complexity: O(bytes).
    static func bytes(of dict: StateDict, file: String) throws(FormatError) -> [UInt8] {
        let entries = dict.entries
        var archive = ZipArchiveWriter(alignment: storageAlignment)
        archive.add("archive/data.pkl", description(of: entries.map { ($0.name, $0.tensor) }))
        archive.add("archive/byteorder", Array("little".utf8))
        for (key, entry) in entries.enumerated() { archive.add("archive/data/\(key)", entry.tensor.bytes) }
        archive.add("archive/version", Array("3\n".utf8))
        return try archive.bytes(file: file)
    }

    /// PyTorch aligns storages so.
    private static let storageAlignment = 64

    private static func description(of entries: [(name: String, tensor: Tensor)]) -> [UInt8] {
        var writer = PickleWriter()
        writer.call("collections", "OrderedDict")
        for (key, entry) in entries.enumerated() {
            writer.entry(entry.name) { writer in
                writer.call("torch._utils", "_rebuild_tensor_v2") { $0.tensor(entry.tensor, storage: key) }
            }
        }
        writer.stop()
        return writer.bytes
    }
}

extension PickleWriter {
    /// The arguments that rebuild a dense tensor: storage, offset, size, strides, whether it requires a gradient, hooks.
    fileprivate mutating func tensor(_ tensor: Tensor, storage key: Int) {
        persistent { writer in
            writer.text("storage")
            writer.global("torch", tensor.elementType.storageClass)
            writer.text(String(key))
            writer.text("cpu")
            writer.integer(tensor.shape.count)
        }
        integer(0)
        tuple(tensor.shape.dims)
        tuple(tensor.shape.denseStrides)
        no()
        call("collections", "OrderedDict")
    }
}

extension ElementType {
    /// PyTorch's class for storages of such elements.
    var storageClass: String {
        switch self {
        case .bool: "BoolStorage"
        case .uint8: "ByteStorage"
        case .int8: "CharStorage"
        case .int16: "ShortStorage"
        case .int32: "IntStorage"
        case .int64: "LongStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .float32: "FloatStorage"
        case .float64: "DoubleStorage"
        }
    }
}

extension Shape {
    /// Steps along the axes of a dense array, in elements. An axis without any counts as one of 1, as in PyTorch.
    fileprivate var denseStrides: [Int] {
        var strides: [Int] = []
        var step = 1
        for extent in dims.reversed() {
            strides.append(step)
            let (product, overflow) = step.multipliedReportingOverflow(by: max(extent, 1))
            // Only an empty array can be so wide, and nothing is ever stepped over in it.
            step = overflow ? 1 : product
        }
        return strides.reversed()
    }
}
