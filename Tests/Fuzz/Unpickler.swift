@testable import Formats

/// A bare pickle, and the state dict in it over storages of zeros.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUnpickler(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in
        var reader = ByteReader(bytes, context)
        let (value, heap) = try Unpickler.load(from: &reader, context)
        _ = try StateDictSelection(value, heap, context).materialize(context) { storage in
            [UInt8](repeating: 0, count: storage.key == "0" ? 24 : 8)
        }
    }
    return 0
}
