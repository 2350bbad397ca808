import Analysis
import Foundation
import Formats
import Jobs
import Network
import Pruning

/// What a cut network is written as.
enum PrunedFormat: Equatable {
    case stateDict(StateDictFormat)
    case onnx

    /// Nil for an ending that stands for none.
    init?(path: String) {
        if URL(filePath: path).pathExtension.lowercased() == "onnx" {
            self = .onnx
        } else if let format = StateDictFormat(path: path) {
            self = .stateDict(format)
        } else {
            return nil
        }
    }
}

/// The files that a cut network goes to.
struct PrunedFiles {
    var output: String?
    var script: String?

    init(output: String? = nil, script: String? = nil) { (self.output, self.script) = (output, script) }

    var isEmpty: Bool { output == nil && script == nil }

    /// Whether the files can be written, before there is anything to write.
    /// - Parameter sources: what the network comes from, which is not to be lost.
    /// - Throws: `UsageError` for an ending that stands for no format, or a source; `FormatError.unwritable`.
    func check(keeping sources: [String?]) throws {
        try Outputs([("-o", output), ("--finetune", script)]).check(reading: sources)
        if let output {
            guard PrunedFormat(path: output) != nil else {
                throw UsageError("-o \(output): end it in .pth, .pt, .th, .safetensors or .onnx")
            }
            try checkWritable(output)
        }
        guard let script else { return }
        try checkWritable(script)
        // The script starts from the network's file.
        guard let output, PrunedFormat(path: output) != .onnx else {
            throw UsageError("--finetune \(script) needs the network beside it: -o FILE.pth or FILE.safetensors")
        }
    }

    /// Writes the network, then the script; each file is whole or as it was before.
    /// - Returns: the files' paths.
    func write(_ pruned: PrunedNetwork, _ normalization: ImageNormalization, _ plan: PruningPlan) throws -> [String] {
        guard let output, let format = PrunedFormat(path: output) else { return [] }
        // Made before anything is written, so that neither file is there without the other.
        let text = try script.map { script in
            try FinetuneScript(
                network: pruned.network,
                shapes: Dictionary(pruned.state.entries.map { ($0.name, $0.tensor.shape.dims) }) { a, _ in a },
                checkpoint: Self.relative(output, to: script), mean: normalization.mean.map { Float($0) },
                std: normalization.std.map { Float($0) }, cut: plan.names
            ).text(name: URL(filePath: script).lastPathComponent)
        }
        func numbers(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: ",") }
        var metadata = pruned.state.metadata
        metadata["mean"] = numbers(normalization.mean)
        metadata["std"] = numbers(normalization.std)
        metadata["cut"] = plan.names.joined(separator: ",")
        switch format {
        case .onnx:
            let graph = try pruned.network.graph.onnx(name: pruned.network.architecture, metadata: metadata)
            try writeFile(writeONNX(graph, file: output), to: output)
        case .stateDict(let format):
            guard let state = StateDict(pruned.state.entries, metadata: metadata) else { return [] }
            try writeStateDict(state, as: format, to: output)
        }
        if let script, let text { try writeFile(Array(text.utf8), to: script) }
        return [output] + (script.map { [$0] } ?? [])
    }

    /// The network's path as seen from the script's folder: its name alone where they lie together.
    private static func relative(_ path: String, to script: String) -> String {
        let (file, folder) = (
            URL(filePath: path).standardizedFileURL,
            URL(filePath: script).standardizedFileURL.deletingLastPathComponent()
        )
        return file.deletingLastPathComponent() == folder ? file.lastPathComponent : file.path
    }
}
