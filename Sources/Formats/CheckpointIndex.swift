import Synchronization
import Tensors

/// What a checkpoint holds, by its description alone: names, shapes and element types. Values stay in the file until they
/// are asked for, so that a file that promises more than it has costs nothing before it is known what is wanted of it.
///
/// Wrappers around the names and around the dictionary are taken off, with a note each.
public struct CheckpointIndex: Sendable {
    /// In the file's order, each name once.
    public let tensors: [TensorDescription]
    /// The writer's remarks (safetensors' `__metadata__`, or a PyTorch dictionary's `mean`, `std` and `cut`).
    public let metadata: [String: String]
    /// What was done to get here, for people: unwrapped keys, stripped prefixes, entries left out.
    public let notes: [String]
    /// One for each of `tensors`.
    private let entries: [Entry]
    private let file: InputFile
    private let limits: Limits
    private let archive: Archive?

    /// A tensor and where its elements are.
    struct Entry: Sendable {
        let name: String
        let shape: Shape
        let elementType: ElementType
        let storage: Storage
        /// Of the storage's bytes those that the view is of, and the view; nil where they are the elements as they are.
        var view: (part: Range<Int>, StridedView)?

        /// Whether the shape could be multiplied out was looked at when it was made.
        var byteCount: Int { shape.count * elementType.size }
    }

    /// Bytes that tensors are views of.
    enum Storage: Hashable, Sendable {
        /// In the file as they are.
        case plain(Range<Int>)
        /// The member of an archive.
        case zipped(String)
    }

    /// Libzip's archive is used by one thread at a time.
    private final class Archive: Sendable {
        private struct Guarded: @unchecked Sendable { let zip: ZipArchive }
        private let guarded: Mutex<Guarded>

        init(_ zip: ZipArchive) { guarded = Mutex(Guarded(zip: zip)) }

        func read(_ name: String, _ context: ReadContext) throws -> [UInt8] {
            try guarded.withLock { guarded in
                guard let entry = guarded.zip.entries[name] else {
                    throw context.malformed(.entry(name), "it is missing")
                }
                return try guarded.zip.read(entry, context)
            }
        }
    }

    /// Opens a trained network's parameters, whatever they were saved as: PyTorch's zip or legacy format, or safetensors.
    /// The kind is told by content, not by name.
    ///
    /// - Throws: `FormatError`. For well-known files of another kind it says which, and what to do.
    /// - Complexity: O(description).
    public static func open(_ file: InputFile, limits: Limits = .standard) throws -> CheckpointIndex {
        let context = ReadContext(file, limits: limits)
        guard file.size > 0 else { throw FormatError.empty(file: file.name) }
        let start = try file.prefix(ForeignFile.prefixBytes)
        return try start.withUnsafeBytes { start in
            if ForeignFile.isZip(start) {
                let archive = try ZipArchive(file, context)
                guard let root = TorchZip.root(of: archive) else { throw ForeignFile.archive(archive, context) }
                return try TorchZip.index(archive, root: root, file, context)
            }
            if TorchLegacy.looksLike(start) { return try TorchLegacy.index(file, context) }
            if Safetensors.looksLike(start) { return try Safetensors.index(file, context) }
            if CIFAR.fits(file.size) {
                throw FormatError.wrongKind(
                    file: file.name, found: "a file of CIFAR images by its size", advice: "give it with --data")
            }
            throw ForeignFile.recognize(start, context, wanted: .checkpoint)
                ?? .wrongKind(
                    file: file.name, found: "no kind of checkpoint that is known here",
                    advice: "give a PyTorch state dict (.pth, .pt), safetensors or ONNX")
        }
    }

    /// - Throws: `FormatError.malformed` where a name comes twice, or would without wrappers' prefixes.
    init(
        _ file: InputFile, entries: [Entry], metadata: [String: String], notes: [String], archive: ZipArchive? = nil,
        limits: Limits
    ) throws {
        var counts: [String: Int] = [:]
        var seen: Set<String> = []
        tensors = try entries.map { entry in
            var name = Substring(entry.name)
            while let prefix = Self.wrapperPrefixes.first(where: { name.hasPrefix($0) }) {
                name = name.dropFirst(prefix.count)
                counts[prefix, default: 0] += 1
            }
            guard seen.insert(String(name)).inserted else {
                throw FormatError.malformed(
                    file: file.name, place: .tensor(String(name)), problem: "the name comes twice")
            }
            return TensorDescription(name: String(name), shape: entry.shape, elementType: entry.elementType)
        }
        self.notes =
            notes
            + Self.wrapperPrefixes.compactMap { prefix in
                counts[prefix].map { "stripped the prefix \(prefix) \($0) times" }
            }
        (self.file, self.entries, self.metadata, self.limits) = (file, entries, metadata, limits)
        self.archive = archive.map(Archive.init)
    }

    /// What wrappers around a network put before every name: DataParallel, `torch.compile`.
    private static let wrapperPrefixes = ["module.", "_orig_mod."]

    /// Reads tensors, one after the other in the file's order. Each storage is read once, and kept only as long as another
    /// tensor is part of it; a tensor that fills its storage shares its bytes.
    ///
    /// - Parameter wanted: their names; all where nil.
    /// - Throws: `FormatError`; `.tooLarge` where the values are many times what the file holds. What `body` throws.
    /// - Complexity: O(count of what is wanted).
    public func forEach(_ wanted: Set<String>? = nil, _ body: (String, Tensor) throws -> Void) throws {
        let context = ReadContext(file, limits: limits)
        let chosen = zip(tensors, entries).filter { wanted?.contains($0.0.name) ?? true }
        for (_, entry) in chosen { try context.charge(entry.byteCount) }
        var uses = Dictionary(chosen.map { ($1.storage, 1) }) { $0 + $1 }
        var kept: [Storage: [UInt8]] = [:]
        for (tensor, entry) in chosen {
            let bytes = try kept[entry.storage] ?? read(entry.storage, context)
            uses[entry.storage, default: 1] -= 1
            kept[entry.storage] = uses[entry.storage] == 0 ? nil : bytes
            let elements = entry.view.map { part, view in
                bytes.withUnsafeBytes {
                    view.gather(
                        from: UnsafeRawBufferPointer(rebasing: $0[part]), elementSize: entry.elementType.size)
                }
            }
            guard
                let value = Tensor(shape: entry.shape, elementType: entry.elementType, bytes: elements ?? bytes)
            else { throw context.malformed(.tensor(entry.name), "its shape and size differ") }
            try body(tensor.name, value)
        }
    }

    /// All of it. Throws as `forEach`.
    public func stateDict() throws -> StateDict {
        var all: [(name: String, tensor: Tensor)] = []
        try forEach { all.append(($0, $1)) }
        guard let dict = StateDict(all, metadata: metadata, notes: notes) else {
            throw FormatError.malformed(file: file.name, place: .file, problem: "a name comes twice")
        }
        return dict
    }

    private func read(_ storage: Storage, _ context: ReadContext) throws -> [UInt8] {
        switch storage {
        case .plain(let range): return try file.bytes(range)
        case .zipped(let name):
            guard let archive else { throw context.malformed(.entry(name), "it is missing") }
            return try archive.read(name, context)
        }
    }
}
