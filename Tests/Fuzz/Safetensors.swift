@testable import Formats

/// A safetensors file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in
        _ = try Safetensors.index(InputFile(bytes: Array(bytes), name: "x"), context).stateDict()
    }
    return 0
}
