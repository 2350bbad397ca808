import Formats

/// CIFAR's batches, binary or Python's.
enum CIFARFiles {
    static func read(_ bytes: [UInt8], _ name: String, _ limits: Limits) throws -> LabelledImages {
        CIFARPython.looksLike(bytes)
            ? try CIFARPython.read(bytes: bytes, file: name, limits: limits)
            : try CIFAR.read(bytes: bytes, file: name, limits: limits)
    }

    /// The batches of a folder: binary ones before Python's, the test batch before those for training.
    static func batches(in folder: String, _ entries: [String]) -> [String] { split(folder, entries).chosen }

    private static func split(_ folder: String, _ entries: [String]) -> (chosen: [String], others: Bool) {
        for ending in [".bin", ""] {
            func isBatch(_ name: String, _ stem: String) -> Bool {
                name.hasPrefix(stem) && name.hasSuffix(ending) && !(ending.isEmpty && name.contains("."))
            }
            // CIFAR-100's names are plain words, which folders of pictures have as well.
            func isFile(_ name: String) -> Bool { !isFolder(join(folder, name)) }
            let tests = entries.filter { $0 == "test_batch" + ending || $0 == "test" + ending }.filter(isFile)
            let training = entries.filter { $0 == "train" + ending || isBatch($0, "data_batch_") }.filter(isFile)
            let chosen = tests.isEmpty ? training : Array(tests.prefix(1))
            if !chosen.isEmpty { return (chosen, !tests.isEmpty && !training.isEmpty) }
        }
        return ([], false)
    }

    /// The set that a folder's batches make; nil where it has none.
    static func load(_ folder: String, _ entries: [String], _ request: ImageRequest) throws -> ImageSet? {
        let (chosen, others) = split(folder, entries)
        guard let first = chosen.first else { return nil }
        var batches: [LabelledImages] = []
        for name in chosen {
            let bytes = try readFile(join(folder, name), limits: request.limits)
            batches.append(try read(bytes, name, request.limits))
            guard batches.last?.classes == batches.first?.classes else {
                throw FormatError.wrongKind(
                    file: name, found: "a batch of another data set than \(first)", advice: "keep them in folders apart"
                )
            }
        }
        guard let images = joined(batches) else { throw FormatError.empty(file: folder) }
        return try ImageSet(
            images, classNames: try classNames(images.classes, in: folder, request.limits),
            source: chosen.count == 1 ? first : "\(first) and \(chosen.count - 1) more", request,
            notes: others ? ["used \(first), not the training batches beside it"] : [])
    }

    /// The classes' names: one a line of a text file, or pickled, where the folder has such a file.
    static func classNames(_ classes: Int, in folder: String?, _ limits: Limits) throws -> [String] {
        let text = classes == 10 ? "batches.meta.txt" : "fine_label_names.txt"
        let pickle = classes == 10 ? "batches.meta" : "meta"
        let entries = try folder.map { try directoryEntries($0) } ?? []
        guard let folder, let file = [text, pickle].first(where: entries.contains), !isFolder(join(folder, file)) else {
            return classes == 10 ? CIFAR.classNames10 : (0..<classes).map(String.init)
        }
        let bytes = try readFile(join(folder, file), limits: limits)
        let names =
            file == pickle
            ? try CIFARPython.classNames(bytes: bytes, file: file, limits: limits)
            : String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(\.trimmed)
                .filter { !$0.isEmpty }
        guard names.count == classes else {
            throw DatasetError.classNames(file: file, names: names.count, classes: classes)
        }
        return names
    }

    /// Batches of one format, one after the other; nil where there are none.
    private static func joined(_ batches: [LabelledImages]) -> LabelledImages? {
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
