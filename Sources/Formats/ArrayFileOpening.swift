import Tensors

extension ArrayFile {
    /// Opens a file or folder of arrays and reads their headers.
    ///
    /// - Throws: `FormatError`; `.wrongKind` where it is nothing of the sort.
    /// - Complexity: O(headers).
    public static func open(_ path: String, limits: Limits = .standard) throws -> ArrayFile {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if try isDirectory(path) { return try open(folder: path, name: name, limits) }
        return try read(try MappedFile(path), name: name, limits: limits)
    }

    /// The same for one file's bytes.
    static func read(_ mapped: MappedFile, name: String, limits: Limits) throws -> ArrayFile {
        let context = ReadContext(file: name, limits: limits)
        guard !mapped.bytes.isEmpty else { throw FormatError.empty(file: name) }
        if ForeignFile.isZip(mapped.bytes) { return try open(archive: mapped, name: name, context) }
        if ForeignFile.isNumpy(mapped.bytes) {
            let stem = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
            let entry = try entry(mapped, name: stem, file: name, context)
            return ArrayFile(name: name, entries: [entry], limits: limits, files: [(name, mapped)])
        }
        guard Safetensors.looksLike(mapped.bytes) else {
            throw ForeignFile.recognize(mapped.bytes, context, wanted: .features)
                ?? .wrongKind(file: name, found: "no kind of array file that is known here", advice: advice)
        }
        let header = try Safetensors.header(mapped.bytes, context)
        let entries = header.entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }.map { tensor in
            let range = header.dataStart + tensor.begin..<header.dataStart + tensor.end
            return Entry(
                name: tensor.name, shape: tensor.shape, elementType: tensor.type, typeName: tensor.type.rawValue,
                isFortran: false, place: .mapped(mapped, file: name, elements: range, header: nil))
        }
        return ArrayFile(
            name: name, entries: entries, metadata: header.metadata, limits: limits, files: [(name, mapped)])
    }

    static let advice = "give an npz, a safetensors file or a folder of npy files"

    private static func open(archive mapped: MappedFile, name: String, _ context: ReadContext) throws -> ArrayFile {
        let zip = try ZipArchive(mapped.bytes, context)
        guard TorchZip.root(of: zip) == nil else {
            throw FormatError.wrongKind(file: name, found: "a PyTorch file, not arrays of features", advice: advice)
        }
        let members = zip.entries.values.filter { $0.name.hasSuffix(".npy") }.sorted { $0.index < $1.index }
        let entries = try members.enumerated().map { index, member in
            let place = FormatError.Place.entry(member.name)
            let stream = try zip.stream(member)
            var head = [UInt8](repeating: 0, count: NPY.preambleBytes)
            head.removeLast(head.count - (try head.withUnsafeMutableBytes { try stream.read(into: $0) }))
            let length = try head.withUnsafeBytes { bytes in
                guard ForeignFile.isNumpy(bytes) else {
                    throw context.malformed(place, "it does not start as a numpy array")
                }
                var reader = ByteReader(bytes, context)
                let text = try NPY.headerLength(&reader, place, context)
                return reader.offset + text
            }
            // Not more than there is, whatever is claimed.
            guard length <= member.size else {
                throw context.malformed(place, "its header of \(length) bytes is longer than it is")
            }
            var rest = [UInt8](repeating: 0, count: max(0, length - head.count))
            let count = try rest.withUnsafeMutableBytes { try stream.read(into: $0) }
            let header = try (head + rest.prefix(count)).prefix(length).withUnsafeBytes { bytes in
                var reader = ByteReader(bytes, context)
                return try NPY.header(&reader, place, context)
            }
            return try Entry(
                header, name: String(member.name.dropLast(4)), bytes: member.size - length, at: place, context,
                .zipped(index: index, header: length))
        }
        guard !entries.isEmpty else {
            throw FormatError.wrongKind(file: name, found: "a zip archive without arrays", advice: advice)
        }
        return ArrayFile(
            name: name, entries: entries, limits: context.limits, files: [(name, mapped)],
            archive: Archive(zip: zip, entries: members))
    }

    /// An npy file's array.
    private static func entry(
        _ mapped: MappedFile, name: String, file: String, _ context: ReadContext
    ) throws -> Entry {
        guard !mapped.bytes.isEmpty else { throw FormatError.empty(file: file) }
        var reader = ByteReader(mapped.bytes, context)
        let header = try NPY.header(&reader, .file, context)
        return try Entry(
            header, name: name, bytes: reader.remaining, at: .file, context,
            .mapped(mapped, file: file, elements: reader.offset..<mapped.bytes.count, header: 0))
    }

    /// A folder of npy files. `layers.json` or `layers.txt`, where there, say in which order their arrays come; those not
    /// named follow.
    private static func open(folder: String, name: String, _ limits: Limits) throws -> ArrayFile {
        let names = try directoryEntries(folder)
        let arrays = names.filter { $0.hasSuffix(".npy") && !$0.hasPrefix(".") }.map { String($0.dropLast(4)) }
        guard !arrays.isEmpty else {
            throw FormatError.wrongKind(file: name, found: "a folder without npy files", advice: advice)
        }
        guard arrays.count <= limits.entries else {
            throw FormatError.tooLarge(
                file: name, what: "files of the folder", size: arrays.count, limit: limits.entries)
        }
        let list = try FolderList(folder, names, limits)
        let known = Set(arrays)
        if let missing = list.order.first(where: { !known.contains($0) }) {
            throw FormatError.malformed(
                file: list.file, place: .file, problem: "it names '\(missing)', but there is no \(missing).npy")
        }
        let listed = Set(list.order)
        let order = list.order + arrays.filter { !listed.contains($0) }.sorted(by: naturallyPrecedes)
        var files: [(name: String, content: MappedFile)] = []
        let entries = try order.map { array in
            let file = "\(array).npy"
            let mapped = try MappedFile("\(folder)/\(file)")
            files.append((file, mapped))
            return try entry(mapped, name: array, file: file, ReadContext(file: file, limits: limits))
        }
        return ArrayFile(name: name, entries: entries, metadata: list.metadata, limits: limits, files: files)
    }
}

extension ArrayFile.Entry {
    /// - Parameter bytes: what there is for the elements.
    fileprivate init(
        _ header: NPYHeader, name: String, bytes: Int, at errorPlace: FormatError.Place, _ context: ReadContext,
        _ place: ArrayFile.Place
    ) throws {
        let shape = try context.shape(header.shape, of: .float64, at: errorPlace)
        let size = try header.elementSize(errorPlace, context)
        let (due, overflow) = shape.count.multipliedReportingOverflow(by: size)
        guard !overflow, due == bytes else {
            throw context.malformed(errorPlace, "\(bytes) bytes of data do not make an array of shape \(shape)")
        }
        self.init(
            name: name, shape: shape, elementType: NPY.plainTypes["\(header.kind)\(size)"], typeName: header.descr,
            isFortran: header.isFortran && shape.rank > 1, place: place)
    }
}
