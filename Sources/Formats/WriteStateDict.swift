/// What a state dict is written as.
public enum StateDictFormat: String, Sendable, CaseIterable {
    case safetensors
    /// PyTorch's zip format.
    case torch

    /// The format that a file's name asks for by its extension, in capitals or not; nil where it is another one.
    public init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let ending = name[dot...].dropFirst().lowercased()
        guard let format = Self.allCases.first(where: { $0.extensions.contains(ending) }) else { return nil }
        self = format
    }

    /// The extensions that stand for the format, the usual one first.
    public var extensions: [String] {
        switch self {
        case .safetensors: ["safetensors"]
        case .torch: ["pth", "pt", "th", "bin"]
        }
    }
}

/// The bytes of a file that holds a state dict, its tensors in order and of the types they have. Equal dicts give equal
/// bytes. Only safetensors keeps metadata; notes are not kept.
///
/// - Parameter file: The file's name, for messages.
/// - Throws: `FormatError.unwritable` where the format can't hold the dict.
/// - Complexity: O(bytes).
public func stateDictBytes(
    _ dict: StateDict, as format: StateDictFormat, file: String
) throws(FormatError) -> [UInt8] {
    switch format {
    case .safetensors: try Safetensors.bytes(of: dict, file: file)
    case .torch: try TorchZip.bytes(of: dict, file: file)
    }
}

/// Writes a state dict so that the file is whole or, on a failure, as it was before.
///
/// - Throws: `FormatError.unwritable`.
public func writeStateDict(_ dict: StateDict, as format: StateDictFormat, to path: String) throws(FormatError) {
    try writeFile(stateDictBytes(dict, as: format, file: path), to: path)
}
