import Foundation
import Tensors
import Testing

/// The folder of golden files, given by the environment variable SEPAL_SHARED.
enum DevelopmentData {
    static let folder = ProcessInfo.processInfo.environment["SEPAL_SHARED"]
    /// Whether the environment variable SEPAL_THOROUGH asks for tests that take long.
    static let isThorough = ProcessInfo.processInfo.environment["SEPAL_THOROUGH"] != nil

    static func bytes(_ path: String, count: Int? = nil) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(try #require(folder))/\(path)"))
        defer { try? file.close() }
        return [UInt8](try (count.map { try file.read(upToCount: $0) } ?? file.readToEnd()) ?? Data())
    }

    /// The tensors of a safetensors file, in the order of their names.
    static func safetensors(_ path: String) throws -> [(name: String, tensor: Tensor)] {
        struct Entry: Decodable {
            let shape: [Int]
            let data_offsets: [Int]
        }
        struct Header: Decodable {
            var entries: [String: Entry] = [:]

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                for key in container.allKeys where key.stringValue != "__metadata__" {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        let bytes = try bytes(path)
        let start = 8 + bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<start]))
        return try header.entries.sorted { $0.key < $1.key }.map { name, entry in
            let range = start + entry.data_offsets[0]..<start + entry.data_offsets[1]
            let shape = try #require(Shape(entry.shape))
            return (name, try #require(Tensor(shape: shape, elementType: .float32, bytes: Array(bytes[range]))))
        }
    }
}
