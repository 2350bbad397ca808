/// What the instructions that name classes and call them amount to.
extension Unpickler {
    func global(_ reader: inout ByteReader) throws -> PickleValue {
        let module = String(decoding: try reader.line(), as: UTF8.self)
        return Self.global(module, String(decoding: try reader.line(), as: UTF8.self))
    }

    static func global(_ module: String, _ name: String) -> PickleValue {
        TorchGlobal(module: module, name: name).map(PickleValue.global) ?? .foreign("\(module).\(name)")
    }

    private mutating func object(_ className: String) throws -> PickleValue {
        try retain(0)
        heap.objects.append(.init(className: className))
        return .object(heap.objects.count - 1)
    }

    /// What an allow-listed call amounts to; a placeholder for all others.
    mutating func call(_ target: PickleValue, _ arguments: [PickleValue]) throws -> PickleValue {
        guard case .global(let global) = target else {
            if case .foreign(let name) = target { return try object(name) }
            return .inert
        }
        switch global {
        case .dictionary:
            // Python 2 passes a list of key-value pairs.
            let pairs = heap.items(arguments.first)?.map { heap.items($0) } ?? []
            guard pairs.allSatisfy({ $0?.count == 2 }) else {
                throw malformed("a dictionary has a key without a value")
            }
            return try dictionary(pairs.flatMap { $0 ?? [] })
        case .size: return arguments.first ?? .inert
        case .rebuildTensor: return try tensor(arguments, type: nil)
        case .rebuildTypedTensor:
            guard arguments.count > 6, case .global(.elementType(let type)) = arguments[6] else { return .inert }
            return try tensor(arguments, type: type)
        case .rebuildParameter: return arguments.first ?? .inert
        case .rebuildFromType:
            // (function, class, arguments, state): only the functions above are followed, and only one deep.
            guard arguments.count > 2, case .global(let inner) = arguments[0], inner != .rebuildFromType,
                let innerArguments = heap.items(arguments[2])
            else { return .inert }
            return try call(arguments[0], innerArguments)
        case .encode:
            if case .string(let text)? = arguments.first { return .latin(text) }
            return .inert
        case .numpyReconstruct, .numpyFromBuffer, .numpyType: return try numpy(global, arguments)
        case .storage, .elementType, .tensorClass, .numpyArrayClass: return .inert
        }
    }

    /// Arrays and element types get their content later, from `build`; `_frombuffer` has it all.
    private mutating func numpy(_ global: TorchGlobal, _ arguments: [PickleValue]) throws -> PickleValue {
        try retain(0)
        if case .numpyType = global {
            guard case .string(let name)? = arguments.first, name.utf8.count < 8 else { return .inert }
            heap.numpyTypes.append("|" + name)
            return .numpyType(heap.numpyTypes.count - 1)
        }
        var array = PickledArray()
        if case .numpyFromBuffer = global {
            guard arguments.count > 3, case .numpyType(let type) = arguments[1],
                let shape = shape(arguments[2]), case .string(let order) = arguments[3]
            else { return .inert }
            array = PickledArray(
                shape: shape, type: heap.numpyTypes[type], isFortran: order == "F", content: arguments[0])
        }
        heap.arrays.append(array)
        return .array(heap.arrays.count - 1)
    }

    /// Extents; nil where there are more than arrays have, so that copies stay small.
    private func shape(_ value: PickleValue) -> [Int]? {
        heap.items(value).flatMap { $0.count <= context.limits.rank ? heap.integers(value) : nil }
    }

    /// (version, shape, element type, whether in Fortran's order, elements) or (version, byte order, …).
    private mutating func buildNumpy(_ state: PickleValue, of target: PickleValue) {
        guard let items = heap.items(state) else { return }
        switch target {
        case .numpyType(let type):
            guard items.count > 1, case .string(let order) = items[1], order.utf8.count == 1 else { return }
            heap.numpyTypes[type] = order + heap.numpyTypes[type].dropFirst()
        case .array(let array):
            guard items.count == 5, let shape = shape(items[1]), case .numpyType(let type) = items[2],
                case .bool(let isFortran) = items[3]
            else { return }
            heap.arrays[array] = PickledArray(
                shape: shape, type: heap.numpyTypes[type], isFortran: isFortran, content: items[4])
        default: return
        }
    }

    private mutating func tensor(_ arguments: [PickleValue], type: StorageType?) throws -> PickleValue {
        // A storage of an unknown class has become a placeholder, and so does its tensor.
        guard case .storage(let index)? = arguments.first else { return .inert }
        let axes = arguments.dropFirst(2).prefix(2).map { heap.items($0)?.count ?? 0 }.max() ?? 0
        guard axes <= context.limits.rank else { throw context.tooLarge("axes of a tensor", axes, context.limits.rank) }
        guard arguments.count >= 4, case .integer(let offset) = arguments[1],
            let sizes = heap.integers(arguments[2]), let strides = heap.integers(arguments[3])
        else { throw malformed("a tensor lacks offset, size or stride") }
        try retain(0)
        let storage = heap.storages[index]
        heap.tensors.append(
            TorchTensor(
                storage: storage, type: type ?? storage.type, offset: offset, sizes: sizes, strides: strides))
        return .tensor(heap.tensors.count - 1)
    }

    /// A storage named by `("storage", class, key, device, count[, view])`; the device does not matter.
    mutating func persistent(_ identifier: PickleValue) throws -> PickleValue {
        guard let items = heap.items(identifier), case .string(let kind)? = items.first else { return .inert }
        // Old files keep a module's class with its source text.
        if kind == "module", items.count > 1 { return items[1] }
        guard kind == "storage", items.count >= 5, case .global(.storage(let type)) = items[1] else { return .inert }
        guard case .string(let key) = items[2], case .integer(let count) = items[4], count >= 0 else {
            throw malformed("a storage lacks its key or count")
        }
        var view = (offset: 0, count: count)
        if items.count > 5, let metadata = heap.items(items[5]) {
            guard metadata.count == 3, case .integer(let offset) = metadata[1], case .integer(let part) = metadata[2],
                offset >= 0, part >= 0, offset <= count, part <= count - offset
            else { throw malformed("a view lies outside of its storage") }
            view = (offset, part)
        }
        try retain(0)
        heap.storages.append(
            TorchStorage(key: key, type: type, count: count, viewOffset: view.offset, viewCount: view.count))
        return .storage(heap.storages.count - 1)
    }

    /// An object's state is never applied; it only tells whether the object was a network. A numpy array's is noted.
    mutating func build(_ state: PickleValue, of target: PickleValue) {
        buildNumpy(state, of: target)
        // A module's own state is short and given once: a search for each instruction, or of a long dictionary, is not
        // worth the time that a hostile pickle could make of it.
        guard case .object(let object) = target, case .dictionary(let index) = state, !heap.objects[object].isBuilt,
            heap.dictionaries[index].count < 1000
        else { return }
        heap.objects[object].isBuilt = true
        if heap.value("_modules", in: index) != nil { heap.objects[object].isModule = true }
    }
}
