import Foundation
import Tensors
import Testing

@testable import Formats

/// Runs a reader on seeded mutations of a good file: changed, inserted, removed bytes, and cut ends. Errors must be
/// `FormatError`s on one line; a trap would end the test run.
func attack(_ good: [UInt8], times: Int, seed: UInt64, _ read: ([UInt8]) throws -> Void) {
    var generator = SplitMix64(seed: seed)
    var refused = 0
    for _ in 0..<times {
        var bytes = good
        for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4: bytes.remove(at: place)
            default: bytes.removeSubrange(min(bytes.count, place + bytes.count / 2)...)
            }
        }
        do {
            try read(bytes)
        } catch is FormatError {
            refused += 1
        } catch {
            Issue.record("\(error) is no FormatError")
        }
    }
    // A reader that took everything would not have been tested.
    #expect(refused > times / 4)
}

/// A file's content as an argument of a test: the log tells its size and how it starts.
struct Content: CustomTestStringConvertible, Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var testDescription: String {
        let start = bytes.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
        return "\(bytes.count) bytes\(bytes.isEmpty ? "" : ": \(start)")\(bytes.count > 8 ? " …" : "")"
    }
}

/// Limits small enough that a mutation cannot make the tests slow.
let smallLimits: Limits = {
    var limits = Limits()
    limits.decodedBytes = 1 << 20
    limits.objects = 10_000
    return limits
}()

/// A folder of its own, removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sepal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
