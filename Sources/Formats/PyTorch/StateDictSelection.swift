import Tensors

/// The state dict inside a pickled object: found under the keys that training scripts wrap it in, tensors not yet read.
struct StateDictSelection {
    /// Keys that state dicts are saved under, in the order in which they are preferred; the averaged weights (EMA) come
    /// last, so that they are used only where they are alone.
    private static let wrappers = ["state_dict", "model_state_dict", "net", "model", "network"] + averages
    private static let averages = ["ema_state_dict", "state_dict_ema", "model_ema", "ema"]
    private static let deepest = 8

    private var tensors: [(name: String, tensor: TorchTensor)] = []
    private var notes: [String] = []
    /// What a training script may say of the network beside it, in the outermost dictionary.
    private static let remarks = ["mean", "std", "cut"]
    private var metadata: [String: String] = [:]

    /// Finds the state dict. Throws where there is none, with advice where a whole module was saved.
    init(_ root: PickleValue, _ heap: PickleHeap, _ context: ReadContext) throws {
        var value = root
        var path: [String] = []
        while let next = Self.unwrap(value, heap, &notes) {
            value = next.value
            path.append(next.key)
            guard path.count <= Self.deepest else {
                throw context.tooLarge("nesting of the state dict", path.count, Self.deepest)
            }
        }
        if case .dictionary(let outermost) = root {
            for key in Self.remarks {
                if case .string(let text)? = heap.value(key, in: outermost) { metadata[key] = text }
            }
        }
        if !path.isEmpty { notes.insert("unwrapped \(path.joined(separator: "."))", at: 0) }
        guard case .dictionary(let index) = value else { throw Self.noDictionary(value, heap, context) }
        var others: [String] = []
        for (key, value) in heap.dictionaries[index] {
            guard case .string(let name) = key else { continue }
            if case .tensor(let tensor) = value {
                tensors.append((name, heap.tensors[tensor]))
            } else {
                others.append(name)
            }
        }
        guard !tensors.isEmpty else {
            throw FormatError.noTensors(file: context.file, found: "the keys \(Self.list(others))")
        }
        guard tensors.count <= context.limits.entries else {
            throw context.tooLarge("tensors in the file", tensors.count, context.limits.entries)
        }
        if !others.isEmpty { notes.append("left out what is no tensor: \(Self.list(others))") }
    }

    /// One step inwards, where a wrapper's key holds a dictionary or a module.
    private static func unwrap(
        _ value: PickleValue, _ heap: PickleHeap, _ notes: inout [String]
    ) -> (key: String, value: PickleValue)? {
        guard case .dictionary(let index) = value else { return nil }
        let candidates: [(key: String, value: PickleValue)] = wrappers.compactMap { key in
            switch heap.value(key, in: index) {
            case .dictionary(let inner)? where !heap.dictionaries[inner].isEmpty: (key, .dictionary(inner))
            case .object(let inner)? where heap.objects[inner].isModule: (key, .object(inner))
            default: nil
            }
        }
        guard let first = candidates.first else { return nil }
        if let average = candidates.first(where: { averages.contains($0.key) }) {
            notes.append(
                average.key == first.key
                    ? "used the averaged weights of \(average.key), the only ones in the file"
                    : "used the raw weights of \(first.key), not the averaged ones of \(average.key)")
        }
        return first
    }

    private static func noDictionary(_ value: PickleValue, _ heap: PickleHeap, _ context: ReadContext) -> FormatError {
        guard case .object(let index) = value, heap.objects[index].isModule else {
            return .noTensors(file: context.file, found: heap.describe(value))
        }
        return .wrongKind(
            file: context.file,
            found: "a whole pickled module (\(heap.objects[index].className)), which only its own source code can load",
            advice: "save torch.save(model.state_dict(), FILE), or safetensors, instead")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map { $0.count > 40 ? $0.prefix(40) + "…" : $0 }.joined(separator: ", ")
        return names.isEmpty ? "(none)" : names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}

extension StateDictSelection {
    /// The tensors, each with the place of its elements.
    ///
    /// - Parameter find: where a storage is, and how many bytes it has there.
    func index(
        _ file: InputFile, archive: ZipArchive? = nil, _ context: ReadContext,
        find: (TorchStorage) throws -> (CheckpointIndex.Storage, size: Int)
    ) throws -> CheckpointIndex {
        let entries = try tensors.map { name, description in
            guard let type = description.type.elementType else {
                throw context.unsupported(
                    .tensor(name), "element type \(description.type.name)", "convert it to float32 and save again")
            }
            let storage = description.storage
            let (found, size) = try find(storage)
            let place = FormatError.Place.tensor(name)
            let (due, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
            guard !overflow, size == due else {
                throw context.malformed(
                    place, "its storage \(storage.key) has \(size) bytes where \(storage.count) elements are due")
            }
            let shape = try context.shape(description.sizes, of: type, at: place)
            let start = storage.viewOffset * storage.type.size
            let part = start..<start + storage.viewCount * storage.type.size
            let view = StridedView(shape: shape, strides: description.strides, offset: description.offset)
            guard let end = view.end, end <= part.count / type.size else {
                throw context.malformed(
                    place, "shape \(shape), strides \(description.strides), offset \(view.offset) leave its storage")
            }
            let fillsIt = view.isContiguous && view.offset == 0 && shape.count * type.size == size
            return CheckpointIndex.Entry(
                name: name, shape: shape, elementType: type, storage: found, view: fillsIt ? nil : (part, view))
        }
        return try CheckpointIndex(
            file, entries: entries, metadata: metadata, notes: notes, archive: archive, limits: context.limits)
    }
}
