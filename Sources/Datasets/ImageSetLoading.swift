import Formats

extension ImageSet {
    /// Loads a CIFAR binary file, a folder of CIFAR batches, or an npz with `images` and `labels`.
    ///
    /// In a folder `test_batch.bin` (or CIFAR-100's `test.bin`) is preferred over the training batches. Names of the
    /// classes come from `batches.meta.txt` (`fine_label_names.txt`) beside the file, from the npz's `classes`, or are
    /// CIFAR-10's own; else they are numbers.
    ///
    /// - Parameters:
    ///   - limit: how many images are kept, a prefix of the order; all where nil.
    ///   - seed: permutes the order where given.
    /// - Throws: `FormatError.unreadable` where the file system fails, other `FormatError`s and `DatasetError` for bad
    ///   content.
    public static func load(
        path: String, limit: Int? = nil, seed: UInt64? = nil, limits: Limits = .standard
    ) throws -> ImageSet {
        if try isDirectory(path) { return try load(folder: path, limit: limit, seed: seed, limits: limits) }
        return try ImageSet(
            bytes: try readFile(path, limits: limits), source: fileName(path), limit: limit, seed: seed,
            namesFrom: folder(of: path), limits: limits)
    }

    /// The same from a file's bytes. `source` is its name; `namesFrom` the folder to look for class names in.
    public init(
        bytes: [UInt8], source: String, limit: Int? = nil, seed: UInt64? = nil, namesFrom folder: String? = nil,
        limits: Limits = .standard
    ) throws {
        if bytes.starts(with: Array("PK".utf8)) {
            let (images, names) = try NPZImages.read(bytes, source, limits)
            try self.init(images, classNames: names, source: source, limit: limit, seed: seed)
        } else {
            let images = try CIFAR.read(bytes: bytes, file: source, limits: limits)
            let names = try Self.classNames(for: images, in: folder, limits)
            try self.init(images, classNames: names, source: source, limit: limit, seed: seed)
        }
    }

    private static func load(folder: String, limit: Int?, seed: UInt64?, limits: Limits) throws -> ImageSet {
        let entries = try directoryEntries(folder)
        let tests = entries.filter { $0 == "test_batch.bin" || $0 == "test.bin" }.prefix(1)
        let training = entries.filter { $0 == "train.bin" || $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
        let chosen = tests.isEmpty ? training : Array(tests)
        guard let first = chosen.first else {
            // The common mistake: the folder above, or images themselves.
            let telling = entries.first { $0 == "cifar-10-batches-bin" } ?? entries.first
            throw DatasetError.noBatches(folder: folder, found: telling)
        }
        var batches: [LabelledImages] = []
        for name in chosen {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            batches.append(try CIFAR.read(bytes: try readFile(path, limits: limits), file: name, limits: limits))
            guard batches.last?.classes == batches.first?.classes else {
                throw FormatError.wrongKind(
                    file: name, found: "a batch of another data set than \(first)", advice: "keep them in folders apart"
                )
            }
        }
        guard let images = LabelledImages.joined(batches) else { throw FormatError.empty(file: folder) }
        let note = tests.isEmpty || training.isEmpty ? [] : ["used \(first), not the training batches beside it"]
        return try ImageSet(
            images, classNames: try classNames(for: images, in: folder, limits),
            source: chosen.count == 1 ? first : "\(first) and \(chosen.count - 1) more", limit: limit, seed: seed,
            notes: note)
    }

    /// The classes of CIFAR images, one name a line where the folder has such a file.
    private static func classNames(
        for images: LabelledImages, in folder: String?, _ limits: Limits
    ) throws -> [String] {
        let file = images.classes == 10 ? "batches.meta.txt" : "fine_label_names.txt"
        if let folder, try directoryEntries(folder).contains(file) {
            let text = String(decoding: try readFile("\(folder)/\(file)", limits: limits), as: UTF8.self)
            let names = text.split(whereSeparator: \.isNewline).map(\.trimmed.printable).filter { !$0.isEmpty }
            guard names.count == images.classes else {
                throw DatasetError.classNames(file: file, names: names.count, classes: images.classes)
            }
            return names
        }
        return images.classes == 10 ? CIFAR.classNames10 : (0..<images.classes).map(String.init)
    }

    private static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension LabelledImages {
    /// Batches of one format, one after the other; nil where there are none.
    fileprivate static func joined(_ batches: [LabelledImages]) -> LabelledImages? {
        guard batches.count > 1 else { return batches.first }
        return LabelledImages(
            channels: batches[0].channels, height: batches[0].height, width: batches[0].width,
            pixels: Array(batches.map(\.pixels).joined()), labels: batches.flatMap(\.labels),
            classes: batches[0].classes)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
