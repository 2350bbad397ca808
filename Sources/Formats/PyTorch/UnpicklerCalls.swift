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
        case .storage, .elementType, .tensorClass: return .inert
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

    /// An object's state is never applied; it only tells whether the object was a network.
    mutating func build(_ state: PickleValue, of target: PickleValue) {
        // A module's own state is short; a long dictionary is not worth a search for each instruction.
        guard case .object(let object) = target, case .dictionary(let index) = state,
            heap.dictionaries[index].count < 1000
        else { return }
        if heap.value("_modules", in: index) != nil { heap.objects[object].isModule = true }
    }
}
