/// Writes npy files; the header's text can be anything.
enum NPYWriter {
    static func array(
        _ descr: String, _ shape: [Int], fortran: Bool = false, version: UInt8 = 1, _ data: [UInt8]
    ) -> [UInt8] {
        let dims = shape.map { "\($0)," }.joined(separator: " ")
        let header = "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(dims)), }\n"
        return file(header: header, version: version, data)
    }

    static func file(header: String, version: UInt8 = 1, _ data: [UInt8]) -> [UInt8] {
        let text = Array(header.utf8)
        let length = version == 1 ? little(UInt16(text.count)) : little(UInt32(text.count))
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
    }
}
