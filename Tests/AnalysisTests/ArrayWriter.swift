import Foundation
import Tensors

/// Arrays with their values, written as files of every kind that features come in.
struct ArrayWriter {
    struct Item {
        var name: String
        var dims: [Int]
        /// As numpy spells it: `<f4`.
        var type: String
        /// In the order of the file.
        var data: [UInt8]
        var isFortran = false

        var npy: [UInt8] {
            let dims = dims.map { "\($0)," }.joined()
            let order = isFortran ? "True" : "False"
            let header = Array("{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(dims)), }\n".utf8)
            return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(header.count)) + header + data
        }
    }

    var items: [Item] = []
    var metadata: [String: String] = [:]

    /// Adds numbers, given row by row, stored as a type.
    mutating func add(_ name: String, _ dims: [Int], _ values: [Float], as type: String = "<f4", fortran: Bool = false)
    {
        var values = values
        if fortran {
            let (rows, columns) = (dims[0], values.count / dims[0])
            // The first index runs fastest, then the second …
            let places = (0..<columns).sorted { Self.reversed($0, dims) < Self.reversed($1, dims) }
            values = places.flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
        }
        let data = values.flatMap { value -> [UInt8] in
            switch type {
            case "<f8": little(Double(value).bitPattern)
            case "<f2": little(Self.half(value))
            case "BF16": little(UInt16(value.bitPattern >> 16))
            case "<i8": little(Int64(value))
            case "|u1": [UInt8(value)]
            default: little(value.bitPattern)
            }
        }
        items.append(Item(name: name, dims: dims, type: type, data: data, isFortran: fortran))
    }

    /// Adds text.
    mutating func add(_ name: String, _ texts: [String]) {
        let width = texts.map(\.utf8.count).max() ?? 0
        let data = texts.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: width - $0.utf8.count) }
        items.append(Item(name: name, dims: [texts.count], type: "|S\(width)", data: data))
    }

    /// The place of a column where the axes behind the first are counted from the other end.
    private static func reversed(_ column: Int, _ dims: [Int]) -> Int {
        var (rest, digits) = (column, [Int]())
        for extent in dims.dropFirst().reversed() {
            digits.append(rest % extent)
            rest /= extent
        }
        return zip(digits, dims.dropFirst().reversed()).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// A whole number up to 2048 as binary16.
    private static func half(_ value: Float) -> UInt16 {
        guard value != 0 else { return 0 }
        let sign: UInt16 = value < 0 ? 0x8000 : 0
        return sign | UInt16(value.exponent + 15) << 10 | UInt16((value.significand - 1) * 1024)
    }

    /// As numpy.savez writes it.
    var npz: [UInt8] {
        var (file, directory) = ([UInt8](), [UInt8]())
        for item in items {
            let (content, name) = (item.npy, Array("\(item.name).npy".utf8))
            let size = little(UInt32(content.count))
            let description =
                little(UInt16(20)) + little(UInt32(0)) + little(UInt32(0x21_0000)) + little(Self.checksum(content))
                + size + size + little(UInt16(name.count)) + little(UInt16(0))
            directory += [0x50, 0x4B, 1, 2, 20, 0] + description + [UInt8](repeating: 0, count: 10)
            directory += little(UInt32(file.count)) + name
            file += [0x50, 0x4B, 3, 4] + description + name + content
        }
        let count = little(UInt16(items.count))
        let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(directory.count))
        return file + directory + end + little(UInt32(file.count)) + [0, 0]
    }

    var safetensors: [UInt8] {
        let types = ["<f2": "F16", "<f4": "F32", "<f8": "F64", "<i8": "I64", "|u1": "U8", "BF16": "BF16"]
        var (entries, data) = ([String](), [UInt8]())
        if !metadata.isEmpty {
            let members = metadata.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }
            entries.append(#""__metadata__":{\#(members.joined(separator: ","))}"#)
        }
        for item in items {
            let start = data.count
            data += item.data
            let type = types[item.type] ?? item.type
            // The header's order is another than that of the data.
            entries.insert(
                #""\#(item.name)":{"dtype":"\#(type)","shape":\#(item.dims),"data_offsets":[\#(start),\#(data.count)]}"#,
                at: 0)
        }
        let header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
        return little(UInt64(header.count)) + header + data
    }

    /// A folder of npy files, and what is to stand beside them.
    func write(folder: String, _ extra: [String: String] = [:]) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for item in items {
            try Data(item.npy).write(to: URL(filePath: "\(folder)/\(item.name).npy"))
        }
        for (name, text) in extra { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
    }

    /// CRC-32, as zip has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
        }
        return ~sum
    }
}

/// The bytes of an integer, least significant first.
func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
