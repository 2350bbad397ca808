import Foundation

@testable import Datasets

extension ImageSet {
    /// N, C, H, W.
    var extents: [Int] { [count, channels, height, width] }
}

/// Records of CIFAR-10 whose pixels are all the record's index.
func cifarRecords(_ labels: [UInt8]) -> [UInt8] {
    labels.enumerated().flatMap { [$1] + [UInt8](repeating: UInt8($0), count: 3072) }
}

/// An npz of images and labels, and of class names of up to four letters where given.
func imageArchive(
    shape: [Int], pixels: [UInt8], labels: [Int], labelShape: [Int]? = nil, classes: [String]? = nil
) -> [UInt8] {
    var members = [
        ("images.npy", NPYWriter.array("|u1", shape, pixels)),
        ("labels.npy", NPYWriter.array("<i8", labelShape ?? [labels.count], labels.flatMap { little(Int64($0)) })),
    ]
    if let classes {
        let text = classes.flatMap { name in
            let scalars = name.unicodeScalars.map(\.value)
            return (scalars + [UInt32](repeating: 0, count: 4 - scalars.count)).flatMap { little($0) }
        }
        members.append(("classes.npy", NPYWriter.array("<U4", [classes.count], text)))
    }
    return ZipWriter(members).bytes
}

/// Runs a test in a folder of its own with these files, at any depth, removed afterwards.
func withFolder(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sepal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, bytes) in files {
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
    try body(folder)
}

/// A grey PNG of these extents, all black.
func black(_ width: UInt32, _ height: UInt32) -> [UInt8] {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return big(UInt32(content.count)) + body + big(ZipWriter.checksum(body))
    }
    let rows = [UInt8](repeating: 0, count: Int(height) * Int(width + 1))
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in rows { (low, high) = ((low + UInt32(byte)) % 65521, (high + low + UInt32(byte)) % 65521) }
    let zlib = [0x78, 1] + ZipWriter.deflated(rows) + big(high << 16 | low)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + chunk("IHDR", big(width) + big(height) + [8, 0, 0, 0, 0]) + chunk("IDAT", zlib) + chunk("IEND", [])
}
