import Formats

/// JPEG and PNG files in a folder per class, as torchvision's `ImageFolder` reads them: classes are the folders' names,
/// sorted; their files are found at any depth, sorted as `os.walk` is.
struct PictureFolder {
    /// Where the class folders lie, and how the set is called.
    let root: String
    let source: String
    private(set) var classNames: [String] = []
    /// Paths within the root, class by class.
    private(set) var files: [(path: String, label: Int)] = []
    private(set) var notes: [String]
    /// Names that nothing can be reached by.
    private var unnamed = 0

    private static let suffixes = ["jpg", "jpeg", "png"]
    /// What else torchvision would take.
    private static let unreadSuffixes = ["ppm", "bmp", "pgm", "tif", "tiff", "webp"]
    /// The names that parts of a data set have, those preferred first.
    private static let splits = [["test", "testing"], ["val", "valid", "validation", "eval"], ["train", "training"]]
    private static let deepest = 16

    /// The folder of class folders that a path means: itself, or its `test`, `val` or `train`. Nil where there are no
    /// pictures.
    ///
    /// - Throws: `DatasetError.emptyClass` where a class folder has none, `FormatError`.
    static func find(_ folder: String, _ entries: [String], _ limits: Limits) throws -> PictureFolder? {
        let folders = entries.filter { isClassFolder($0, in: folder) }
        let found = splits.map { names in
            folders.filter { names.contains($0.lowercased()) && holdsClasses(join(folder, $0)) }
        }.filter { !$0.isEmpty }
        if let chosen = found.first {
            guard chosen.count == 1 else { throw DatasetError.severalSets(folder: folder, found: chosen) }
            let others = found.dropFirst().joined().joined(separator: ", ")
            return try PictureFolder(
                join(folder, chosen[0]), source: "\(fileName(folder))/\(chosen[0])", limits,
                notes: ["used the images of \(chosen[0])" + (others.isEmpty ? "" : ", not of \(others)")])
        }
        guard holdsClasses(folder) else { return nil }
        return try PictureFolder(folder, source: fileName(folder), limits, notes: [])
    }

    /// Whether some folder in this one holds pictures, at any depth.
    private static func holdsClasses(_ folder: String) -> Bool {
        let entries = (try? directoryEntries(folder)) ?? []
        return entries.contains { name in
            isClassFolder(name, in: folder) && holdsPictures(join(folder, name), depth: deepest)
        }
    }

    private static func holdsPictures(_ folder: String, depth: Int) -> Bool {
        let entries = (try? directoryEntries(folder)) ?? []
        return entries.contains { isPicture($0) }
            || depth > 0
                && entries.contains { name in
                    isClassFolder(name, in: folder) && holdsPictures(join(folder, name), depth: depth - 1)
                }
    }

    /// Hidden folders are the work of tools.
    private static func isClassFolder(_ name: String, in folder: String) -> Bool {
        !name.hasPrefix(".") && !isPicture(name) && isFolder(join(folder, name))
    }

    private static func suffix(_ name: String) -> String {
        name.lastIndex(of: ".").map { name[$0...].dropFirst().lowercased() } ?? ""
    }

    private static func isPicture(_ name: String) -> Bool {
        suffixes.contains(suffix(name)) && !name.hasPrefix(".")
    }

    private init(_ root: String, source: String, _ limits: Limits, notes: [String]) throws {
        (self.root, self.source, self.notes) = (root, source, notes)
        let (entries, notUTF8) = try directoryContents(root)
        let names = entries.filter { Self.isClassFolder($0, in: root) }.inCodePointOrder
        classNames = names
        var unread: [String: Int] = [:]
        unnamed = notUTF8
        for (label, name) in names.enumerated() {
            let before = files.count
            try collect(name, label, &unread, limits, depth: Self.deepest)
            guard files.count > before else {
                let found = try directoryEntries(join(root, name)).first
                throw DatasetError.emptyClass(folder: "\(source)/\(name)", found: found)
            }
        }
        if unnamed > 0 { self.notes.append("left out \(unnamed) files or folders whose names are not UTF-8") }
        if !unread.isEmpty {
            let kinds = unread.keys.sorted().map { ".\($0)" }.joined(separator: ", ")
            self.notes.append("left out \(unread.values.reduce(0, +)) images of kinds that are not read (\(kinds))")
        }
    }

    /// A folder's own pictures, then those of the folders in it.
    private mutating func collect(
        _ folder: String, _ label: Int, _ unread: inout [String: Int], _ limits: Limits, depth: Int
    ) throws {
        let (names, notUTF8) = try directoryContents(join(root, folder))
        let entries = names.inCodePointOrder
        unnamed += notUTF8
        for name in entries where Self.isPicture(name) {
            guard files.count < limits.images else {
                throw FormatError.tooLarge(
                    file: source, what: "images in the folder", size: files.count + 1, limit: limits.images)
            }
            files.append(("\(folder)/\(name)", label))
        }
        for name in entries where !Self.isPicture(name) && !name.hasPrefix(".") {
            if Self.unreadSuffixes.contains(Self.suffix(name)) {
                unread[Self.suffix(name), default: 0] += 1
            } else if depth > 0, isFolder(join(root, "\(folder)/\(name)")) {
                try collect("\(folder)/\(name)", label, &unread, limits, depth: depth - 1)
            }
        }
    }
}

extension [String] {
    /// Sorted as Python sorts text.
    fileprivate var inCodePointOrder: [String] {
        sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}
