import Formats

extension ImageSet {
    /// Loads labelled images, of a kind that content and layout tell:
    ///
    /// - CIFAR's binary or Python batches: a file, or a folder of them;
    /// - MNIST's idx files, plain or gzip-compressed, labels beside the images: the file of images, or a folder;
    /// - an npz with images and labels, or a pair of npy files: the file of images, or a folder;
    /// - a folder that holds a folder of JPEG or PNG images per class, or such folders for `test`, `val` and `train`.
    ///
    /// In a folder a test set is preferred over one for validation, and that over one for training. Names of the classes
    /// are those of the folders, or come from a file beside the batches (`batches.meta`, `batches.meta.txt`, `meta`,
    /// `fine_label_names.txt`), from the npz's `classes`, or are CIFAR-10's own; else they are numbers.
    ///
    /// - Throws: `FormatError.unreadable` where the file system fails, other `FormatError`s and `DatasetError` for bad
    ///   content; `KernelError.cancelled`.
    public static func load(path: String, _ request: ImageRequest = ImageRequest()) throws -> ImageSet {
        try request.transform.validate()
        if try isDirectory(path) { return try load(folder: path, request) }
        return try ImageSet(
            bytes: try readFile(path, limits: request.limits) { [cancellation = request.cancellation] in
                try cancellation?.check()
            }, source: fileName(path),
            namesFrom: enclosingFolder(path), request)
    }

    /// The same from a file's bytes. `source` is its name; `namesFrom` the folder to look for class names and labels in.
    public init(
        bytes: [UInt8], source: String, namesFrom folder: String? = nil, _ request: ImageRequest = ImageRequest()
    ) throws {
        let limits = request.limits
        if bytes.starts(with: Array("PK".utf8)) {
            try self.init(try NPZImages.read(bytes, source, limits), source, request)
        } else if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) || IDX.looksLike(bytes) {
            try self.init(try ArrayFiles.read(bytes, source, in: folder, limits), source, request)
        } else {
            let images = try CIFARFiles.read(bytes, source, limits)
            try self.init(
                images, classNames: try CIFARFiles.classNames(images.classes, in: folder, limits), source: source,
                request)
        }
    }

    init(_ arrays: ArrayImages, _ source: String, _ request: ImageRequest, notes: [String] = []) throws {
        try self.init(arrays.images, classNames: arrays.classNames, source: source, request, notes: notes)
    }

    /// Where the makers' archives and torchvision put sets inside a folder.
    private static let inside = [
        "cifar-10-batches-bin", "cifar-10-batches-py", "cifar-100-binary", "cifar-100-python", "raw", "MNIST/raw",
        "FashionMNIST/raw", "KMNIST/raw", "QMNIST/raw", "EMNIST/raw",
    ]

    static func load(folder: String, _ request: ImageRequest) throws -> ImageSet {
        let entries = try directoryEntries(folder)
        if let set = try CIFARFiles.load(folder, entries, request) { return set }
        let arrays = ArrayFiles.candidates(entries)
        if arrays.names.count > 1 { throw DatasetError.severalSets(folder: folder, found: arrays.names) }
        if let name = arrays.names.first {
            let bytes = try readFile(join(folder, name), limits: request.limits)
            return try ImageSet(
                try ArrayFiles.read(bytes, name, in: folder, request.limits), name, request,
                notes: arrays.others ? ["used \(name), not the other files beside it"] : [])
        }
        let nested = try inside.filter { path in
            guard entries.contains(String(path.prefix { $0 != "/" })), isFolder(join(folder, path)) else {
                return false
            }
            let entries = try directoryEntries(join(folder, path))
            return !CIFARFiles.batches(in: join(folder, path), entries).isEmpty
                || !ArrayFiles.candidates(entries).names.isEmpty
        }
        if nested.count > 1 { throw DatasetError.severalSets(folder: folder, found: nested) }
        if let path = nested.first { return try load(folder: join(folder, path), request) }
        if let pictures = try PictureFolder.find(folder, entries, request.limits) { return try pictures.load(request) }
        throw DatasetError.noImages(folder: folder, found: entries.first)
    }

}

/// The last part of a path.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

func enclosingFolder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

func join(_ folder: String, _ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

/// Whether there is a folder of this path that can be looked into.
func isFolder(_ path: String) -> Bool { (try? isDirectory(path)) ?? false }
