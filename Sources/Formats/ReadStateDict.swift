/// Reads the state dict of a trained network, whatever it was saved as: PyTorch's zip or legacy format, or safetensors.
/// The kind is told by content, not by name; wrappers around the names and around the dictionary are taken off, with a
/// note each.
///
/// - Parameters:
///   - bytes: the whole file.
///   - file: its name, for messages.
/// - Throws: `FormatError`. For well-known files of another kind it says which, and what to do.
/// - Complexity: O(count); storages that a tensor fills are not copied twice.
public func readStateDict(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> StateDict {
    let context = ReadContext(file: file, limits: limits)
    guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
    return try bytes.withUnsafeBytes { bytes in
        if ForeignFile.isZip(bytes) {
            let archive = try ZipArchive(bytes, context)
            guard let root = TorchZip.root(of: archive) else { throw ForeignFile.archive(archive, context) }
            return try TorchZip.read(archive, root: root, context)
        }
        if TorchLegacy.looksLike(bytes) { return try TorchLegacy.read(bytes, context) }
        if Safetensors.looksLike(bytes) { return try Safetensors.read(bytes, context) }
        if CIFAR.fits(bytes.count) {
            throw FormatError.wrongKind(
                file: file, found: "a file of CIFAR images by its size", advice: "give it with --data")
        }
        throw ForeignFile.recognize(bytes, context, wanted: .checkpoint)
            ?? .wrongKind(
                file: file, found: "no kind of checkpoint that is known here",
                advice: "give a PyTorch state dict (.pth, .pt), safetensors or ONNX")
    }
}
