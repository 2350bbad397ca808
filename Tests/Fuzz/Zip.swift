@testable import Formats

/// An archive: every entry read, as PyTorch's zip format, as an npz, and piece by piece.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZip(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in
        let archive = try ZipArchive(InputFile(bytes: Array(bytes), name: "x"), context)
        for entry in archive.entries.values {
            do { _ = try archive.read(entry) } catch is FormatError {}
        }
        _ = try readStateDict(bytes: Array(bytes), file: "x", limits: fuzzLimits)
    }
    fuzz(start, count) { bytes, _ in
        _ = try readNPZ(bytes: Array(bytes), file: "x", wanted: ["a", "labels", "images"], limits: fuzzLimits)
    }
    fuzz(start, count) { bytes, _ in
        let file = try ArrayFile.read(InputFile(bytes: Array(bytes), name: "x"), limits: fuzzLimits)
        for entry in file.entries where entry.elementType != nil {
            try file.forEachPiece(of: entry) { _, _ in true }
        }
    }
    return 0
}
