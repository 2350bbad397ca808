@testable import Formats

/// An npy file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNPY(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in _ = try NPY.read(Array(bytes), place: .file, context) }
    return 0
}
