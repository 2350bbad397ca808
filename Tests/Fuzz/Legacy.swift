@testable import Formats

/// A file of PyTorch's legacy format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLegacy(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in
        _ = try TorchLegacy.index(InputFile(bytes: Array(bytes), name: "x"), context).stateDict()
    }
    return 0
}
