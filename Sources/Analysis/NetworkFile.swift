import Formats
import Network

/// The networks that a file may hold, whatever it was saved as: parameters whose names tell the network, or an ONNX graph.
struct NetworkFile {
    /// Likeliest first.
    let candidates: [Network]
    /// The writer's remarks, such as `mean` and `std`.
    let metadata: [String: String]
    /// What was decided while reading, for people.
    let notes: [String]

    /// - Parameters:
    ///   - folder: where the file lies; an ONNX network may have weights in other files beside it.
    ///   - inputShape: an image: channels × height × width.
    ///   - architecture: the name that the network must have.
    /// - Throws: `FormatError`; `AnalysisError.network`.
    init(bytes: [UInt8], name: String, folder: String?, inputShape: [Int], architecture: String?) throws {
        do {
            if isONNX(bytes) {
                let graph = try readONNX(bytes: bytes, file: name, folder: folder)
                let imported = try ImportedNetwork(graph, inputShape: inputShape)
                let found = imported.network.architecture
                if let architecture, !"\(found), ".hasPrefix("\(architecture), ") {
                    throw NetworkError.otherArchitecture(asked: architecture, found: found)
                }
                candidates = [imported.network]
                metadata = graph.metadata
                notes = imported.notes
            } else {
                let state = try readStateDict(bytes: bytes, file: name)
                candidates = try Network.candidates(
                    parameters: state.entries, inputShape: inputShape, architecture: architecture)
                metadata = state.metadata
                notes = state.notes
            }
        } catch let error as NetworkError {
            throw AnalysisError.network(file: name, error)
        }
    }
}
