import Network

@testable import Formats

/// An ONNX file: read, and turned into a graph for images of 3×8×8, its layers and units found.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNX(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, _ in
        let graph = try readONNX(bytes: Array(bytes), file: "x", folder: "/nonexistent", limits: fuzzLimits)
        do {
            _ = try ImportedNetwork(graph, inputShape: [3, 8, 8], limits: fuzzLimits)
        } catch let error as NetworkError {
            precondition(!error.description.contains(where: \.isNewline), "more than a line: \(error)")
        }
    }
    return 0
}
