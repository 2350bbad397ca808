@testable import Formats

/// A bare pickle, and the state dict in it over storages of zeros.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUnpickler(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, context in
        var reader = ByteReader(bytes, context)
        let (value, heap) = try Unpickler.load(from: &reader, context)
        let file = InputFile(bytes: [UInt8](repeating: 0, count: 32), name: "x")
        _ = try StateDictSelection(value, heap, context).index(file, context) { storage in
            storage.key == "0" ? (.plain(0..<24), 24) : (.plain(24..<32), 8)
        }.stateDict()
    }
    return 0
}
