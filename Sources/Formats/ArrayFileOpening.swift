import Tensors

extension ArrayFile {
    /// Opens a file or folder of arrays and reads their headers.
    ///
    /// - Parameter poll: asked time and again while the file is read, now and later; what it throws ends the reading.
    /// - Throws: `FormatError`; `.wrongKind` where it is nothing of the sort.
    /// - Complexity: O(headers).
    public static func open(
        _ path: String, limits: Limits = .standard, poll: (@Sendable () throws -> Void)? = nil
    ) throws -> ArrayFile {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if try isDirectory(path) { return try open(folder: path, name: name, limits, poll) }
        return try read(InputFile(path, name: name, poll: poll), limits: limits)
    }

    /// The same of one file.
    static func read(_ file: InputFile, limits: Limits) throws -> ArrayFile {
        let context = ReadContext(file, limits: limits)
        let name = file.name
        guard file.size > 0 else { throw FormatError.empty(file: name) }
        return try file.prefix(ForeignFile.prefixBytes).withUnsafeBytes { start in
            if ForeignFile.isZip(start) { return try open(archive: file, context) }
            if ForeignFile.isNumpy(start) {
                let stem = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
                return ArrayFile(
                    name: name, entries: [try entry(file, name: stem, limits)], limits: limits, files: [file])
            }
            guard Safetensors.looksLike(start) else {
                throw ForeignFile.recognize(start, context, wanted: .features)
                    ?? .wrongKind(file: name, found: "no kind of array file that is known here", advice: advice)
            }
            return try open(safetensors: file, context)
        }
    }

    static let advice = "give an npz, a safetensors file or a folder of npy files"

    private static func open(safetensors file: InputFile, _ context: ReadContext) throws -> ArrayFile {
        let header = try Safetensors.header(file, context)
        let entries = header.entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }.map { tensor in
            Entry(
                name: tensor.name, shape: tensor.shape, elementType: tensor.type, typeName: tensor.type.rawValue,
                isFortran: false,
                place: .plain(
                    file, elements: header.dataStart + tensor.begin..<header.dataStart + tensor.end, isNPY: false))
        }
        return ArrayFile(
            name: file.name, entries: entries, metadata: header.metadata, limits: context.limits, files: [file])
    }

    private static func open(archive file: InputFile, _ context: ReadContext) throws -> ArrayFile {
        let zip = try ZipArchive(file, context)
        guard TorchZip.root(of: zip) == nil else {
            throw FormatError.wrongKind(
                file: file.name, found: "a PyTorch file, not arrays of features", advice: advice)
        }
        let members = zip.entries.values.filter { $0.name.hasSuffix(".npy") }.sorted { $0.index < $1.index }
        let entries = try members.enumerated().map { index, member in
            try entry(zip, member, index: index, context)
        }
        guard !entries.isEmpty else {
            throw FormatError.wrongKind(file: file.name, found: "a zip archive without arrays", advice: advice)
        }
        return ArrayFile(
            name: file.name, entries: entries, limits: context.limits, files: [file],
            archive: Archive(zip: zip, entries: members))
    }

    /// An archive's array.
    private static func entry(
        _ zip: ZipArchive, _ member: ZipArchive.Entry, index: Int, _ context: ReadContext
    ) throws -> Entry {
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

    /// An npy file's array.
    private static func entry(_ file: InputFile, name: String, _ limits: Limits) throws -> Entry {
        let context = ReadContext(file, limits: limits)
        guard file.size > 0 else { throw FormatError.empty(file: file.name) }
        return try file.prefix(NPY.mostHeaderBytes + NPY.preambleBytes).withUnsafeBytes { start in
            var reader = ByteReader(start, context)
            let header = try NPY.header(&reader, .file, context)
            return try Entry(
                header, name: name, bytes: file.size - reader.offset, at: .file, context,
                .plain(file, elements: reader.offset..<file.size, isNPY: true))
        }
    }

    /// A folder of npy files. `layers.json` or `layers.txt`, where there, say in which order their arrays come; those not
    /// named follow.
    private static func open(
        folder: String, name: String, _ limits: Limits, _ poll: (@Sendable () throws -> Void)?
    ) throws -> ArrayFile {
        let (names, notUTF8) = try directoryContents(folder)
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
        let files = try order.map { array in
            try InputFile("\(folder)/\(array).npy", name: "\(array).npy", isHeld: false, poll: poll)
        }
        let entries = try zip(files, order).map { try entry($0, name: $1, limits) }
        return ArrayFile(
            name: name, entries: entries, metadata: list.metadata,
            notes: notUTF8 > 0 ? ["left out \(notUTF8) files whose names are not UTF-8"] : [], limits: limits,
            files: files)
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
