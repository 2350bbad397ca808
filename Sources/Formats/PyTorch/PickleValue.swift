import Tensors

/// What a pickle's instructions leave behind. Containers live in a `PickleHeap` and are named by their index, so that
/// neither nesting nor cycles can make any code here recurse.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// A whole number too long for `Int`: two's complement, little-endian.
    case long([UInt8])
    case string(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    /// An allow-listed class or function.
    case global(TorchGlobal)
    /// Any other class or function: its name, never more.
    case foreign(String)
    /// An instance of something foreign, or what a call of it would have returned: an inert placeholder.
    case object(Int)
    case storage(Int)
    case tensor(Int)
    /// Bytes, by where they lie in the file.
    case bytes(Range<Int>)
    /// Bytes written as text, one character each (Latin 1).
    case latin(String)
    /// A numpy element type and a numpy array.
    case numpyType(Int)
    case array(Int)
    /// A number, a set: nothing a state dict consists of.
    case inert
}

/// A class or function that is interpreted. Nothing else in a pickle is.
enum TorchGlobal: Equatable {
    case dictionary
    case size
    case rebuildTensor
    /// `_rebuild_tensor_v3`, which names the element type apart from the storage.
    case rebuildTypedTensor
    case rebuildParameter
    case rebuildFromType
    case storage(StorageType)
    case elementType(StorageType)
    /// `torch.Tensor` and `Parameter`, as arguments of the calls above.
    case tensorClass
    /// `codecs.encode`, by which old protocols write bytes.
    case encode
    /// numpy's ways to make an array, and its class, as an argument of the first.
    case numpyReconstruct, numpyFromBuffer, numpyArrayClass
    case numpyType

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"), ("collections", "defaultdict"): self = .dictionary
        case ("torch", "Size"): self = .size
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
            self = .rebuildParameter
        case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
        case ("torch", "Tensor"), ("torch.nn.parameter", "Parameter"): self = .tensorClass
        case ("_codecs", "encode"): self = .encode
        case ("numpy", "ndarray"): self = .numpyArrayClass
        case ("numpy", "dtype"): self = .numpyType
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
            self = .numpyReconstruct
        case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .numpyFromBuffer
        case ("torch", _), ("torch.cuda", _), ("torch.storage", _):
            if let type = StorageType(className: name) {
                self = .storage(type)
            } else if module == "torch", let type = StorageType(dtype: name) {
                self = .elementType(type)
            } else {
                return nil
            }
        default: return nil
        }
    }
}

/// What a PyTorch storage consists of.
struct StorageType: Equatable {
    /// PyTorch's name of the element type.
    let name: String
    /// Nil for types that are not read as tensors.
    let elementType: ElementType?
    /// Bytes an element takes.
    let size: Int

    private init(_ name: String, _ elementType: ElementType?, size: Int? = nil) {
        self.name = name
        self.elementType = elementType
        self.size = size ?? elementType?.size ?? 1
    }

    /// By a storage class: `FloatStorage`.
    init?(className: String) {
        if let type = ElementType.allCases.first(where: { $0.storageClass == className }) {
            self.init(type.rawValue, type)
            return
        }
        switch className {
        case "UntypedStorage": self.init("bytes", .uint8)
        case "ComplexFloatStorage": self.init("complex64", nil, size: 8)
        case "ComplexDoubleStorage": self.init("complex128", nil, size: 16)
        case "QInt8Storage": self.init("qint8", nil, size: 1)
        case "QUInt8Storage": self.init("quint8", nil, size: 1)
        case "QInt32Storage": self.init("qint32", nil, size: 4)
        default: return nil
        }
    }

    /// By an element type: `torch.float32`.
    init?(dtype: String) {
        switch dtype {
        case "float64", "double": self.init("float64", .float64)
        case "float32", "float": self.init("float32", .float32)
        case "float16", "half": self.init("float16", .float16)
        case "bfloat16": self.init("bfloat16", .bfloat16)
        case "int64", "long": self.init("int64", .int64)
        case "int32", "int": self.init("int32", .int32)
        case "int16", "short": self.init("int16", .int16)
        case "int8": self.init("int8", .int8)
        case "uint8": self.init("uint8", .uint8)
        case "bool": self.init("bool", .bool)
        case "uint16": self.init("uint16", nil, size: 2)
        case "uint32": self.init("uint32", nil, size: 4)
        case "uint64": self.init("uint64", nil, size: 8)
        case "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz": self.init(dtype, nil, size: 1)
        default: return nil
        }
    }
}

/// A reference to a storage that lies elsewhere in the file, or to a part of it.
struct TorchStorage {
    let key: String
    let type: StorageType
    /// Elements of the whole storage.
    let count: Int
    /// The first element of the part, and the elements in it.
    let viewOffset: Int
    let viewCount: Int
}

/// A tensor as the pickle describes it: where its elements are, not yet what they are.
struct TorchTensor {
    let storage: TorchStorage
    let type: StorageType
    let offset: Int
    let sizes: [Int]
    let strides: [Int]
}

/// A numpy array as the pickle describes it; `content` are its elements' bytes.
struct PickledArray {
    var shape: [Int] = []
    /// Byte order, kind and size, as an npy header has it: `|u1`.
    var type = ""
    var isFortran = false
    var content = PickleValue.none
}

/// The containers a pickle has built.
struct PickleHeap {
    struct Object {
        let className: String
        /// Whether it was given a state.
        var isBuilt = false
        /// Whether that is the state of a `torch.nn.Module`.
        var isModule = false
    }

    var sequences: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var objects: [Object] = []
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []
    /// Byte order, kind and size of numpy element types.
    var numpyTypes: [String] = []
    var arrays: [PickledArray] = []

    /// The items of a tuple or list.
    func items(_ value: PickleValue?) -> [PickleValue]? {
        switch value {
        case .tuple(let index), .list(let index): sequences[index]
        default: nil
        }
    }

    /// The whole numbers of a tuple or list of such.
    func integers(_ value: PickleValue?) -> [Int]? {
        guard let items = items(value) else { return nil }
        var integers: [Int] = []
        for item in items {
            guard case .integer(let integer) = item else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// What a dictionary holds under a text key; where the key comes twice, the later value.
    func value(_ key: String, in index: Int) -> PickleValue? {
        for (candidate, value) in dictionaries[index].reversed() {
            if case .string(key) = candidate { return value }
        }
        return nil
    }

    /// What a value is, for messages.
    func describe(_ value: PickleValue) -> String {
        switch value {
        case .none: "None"
        case .bool, .integer, .long: "a number"
        case .string: "text"
        case .tuple, .list: "a list"
        case .dictionary: "a dictionary"
        case .global, .foreign: "a class"
        case .object(let index): "an object of class \(objects[index].className)"
        case .storage: "a bare storage"
        case .tensor: "a single tensor without a name"
        case .array: "a numpy array"
        case .bytes, .latin, .numpyType, .inert: "a plain value"
        }
    }
}
