/// Reads the state dict of a trained network from a file's bytes, as `CheckpointIndex` finds it.
///
/// - Parameters:
///   - bytes: the whole file.
///   - file: its name, for messages.
/// - Throws: `FormatError`.
/// - Complexity: O(count); storages that a tensor fills are not copied twice.
public func readStateDict(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> StateDict {
    try CheckpointIndex.open(InputFile(bytes: bytes, name: file), limits: limits).stateDict()
}
