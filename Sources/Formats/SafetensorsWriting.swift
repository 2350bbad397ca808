import Tensors

extension Safetensors {
    /// The file of a state dict. Equal dicts give equal bytes.
    ///
    /// The header names the tensors in the dict's order, and `__metadata__`, sorted, where there are remarks. Wide
    /// elements lie before narrow ones, and the header is filled up to eight bytes, so that every tensor is aligned to
    /// its elements, as readers that map the file want it.
    ///
    /// - Throws: `FormatError.unwritable` where a tensor has the name of the metadata.
    /// - Complexity: O(bytes).
    static func bytes(of dict: StateDict, file: String) throws(FormatError) -> [UInt8] {
        let entries = dict.entries
        guard dict[metadataKey] == nil else {
            throw .unwritable(file: file, reason: "safetensors keeps the name '\(metadataKey)' for itself")
        }
        let sizes = Set(entries.map(\.tensor.elementType.size)).sorted(by: >)
        let layout = sizes.flatMap { size in
            entries.indices.filter { entries[$0].tensor.elementType.size == size }
        }
        var begins = Array(repeating: 0, count: entries.count)
        var end = 0
        for index in layout {
            begins[index] = end
            end += entries[index].tensor.bytes.count
        }
        let header = header(entries, begins, dict.metadata)
        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + end)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(contentsOf: header)
        for index in layout { file.append(contentsOf: entries[index].tensor.bytes) }
        return file
    }

    private static func header(
        _ entries: [(name: String, tensor: Tensor)], _ begins: [Int], _ metadata: [String: String]
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let remarks = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\(quoted(metadataKey)):{\(remarks.joined(separator: ","))}")
        }
        for ((name, tensor), begin) in zip(entries, begins) {
            let shape = tensor.shape.dims.map(String.init).joined(separator: ",")
            let range = "\(begin),\(begin + tensor.bytes.count)"
            members.append(
                """
                \(quoted(name)):{"dtype":"\(dtype(of: tensor.elementType))","shape":[\(shape)],"data_offsets":[\(range)]}
                """)
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
        return header
    }

    /// A JSON string: quotation mark, backslash and control characters are escaped, all else is UTF-8.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<"\u{10}": result += "\\u000\(String(scalar.value, radix: 16))"
            case "\u{10}"..<"\u{20}": result += "\\u00\(String(scalar.value, radix: 16))"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
