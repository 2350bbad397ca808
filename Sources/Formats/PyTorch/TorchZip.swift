/// PyTorch's format since 1.6: a zip archive of `NAME/data.pkl`, `NAME/byteorder` and one `NAME/data/KEY` per storage.
enum TorchZip {
    /// The folder that everything lies in, with its slash; nil where the archive is no PyTorch file.
    static func root(of archive: ZipArchive) -> String? {
        archive.entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
            .map { String($0.dropLast("data.pkl".count)) }
            .min { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    static func index(
        _ archive: ZipArchive, root: String, _ file: InputFile, _ context: ReadContext
    ) throws -> CheckpointIndex {
        guard archive.entries[root + "constants.pkl"] == nil else {
            throw FormatError.wrongKind(
                file: context.file, found: "a TorchScript archive", advice: "save the network's state_dict() instead")
        }
        if let entry = archive.entries[root + "byteorder"] {
            let order = String(decoding: try archive.read(entry), as: UTF8.self)
            guard order == "little" else {
                throw context.unsupported(
                    .entry(entry.name), "byte order '\(order)'", "save it again on a little-endian machine")
            }
        }
        guard let entry = archive.entries[root + "data.pkl"] else {
            throw context.malformed(.entry(root + "data.pkl"), "it is missing")
        }
        guard entry.size <= context.limits.headerBytes else {
            throw context.tooLarge("bytes of data.pkl", entry.size, context.limits.headerBytes)
        }
        let description = try archive.read(entry)
        let selection = try description.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, context)
            let (value, heap) = try Unpickler.load(from: &reader, context)
            return try StateDictSelection(value, heap, context)
        }
        return try selection.index(file, archive: archive, context) { storage in
            let name = "\(root)data/\(storage.key)"
            guard let entry = archive.entries[name] else { throw context.malformed(.entry(name), "it is missing") }
            return (.zipped(name), entry.size)
        }
    }
}
