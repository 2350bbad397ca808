import Foundation
import Network

/// A Python script that retrains a network: the module, its checkpoint, reading of images, and training.
public struct FinetuneScript: Sendable {
    public var network: Network
    /// The checkpoint's keys with their shapes; nil for those of the graph.
    public var shapes: [String: [Int]]?
    /// File name of the checkpoint that the script starts from unless told otherwise, beside the script.
    public var checkpoint: String
    /// Of pixels scaled to 0…1, one a channel.
    public var mean: [Float]
    public var std: [Float]
    /// Units of the whole network that this one is without.
    public var cut: [String]

    public init(
        network: Network, shapes: [String: [Int]]?, checkpoint: String, mean: [Float], std: [Float], cut: [String] = []
    ) {
        self.network = network
        self.shapes = shapes
        self.checkpoint = checkpoint
        self.mean = mean
        self.std = std
        self.cut = cut
    }

    /// The whole script.
    ///
    /// - Parameter name: the script's own file name, for its help.
    /// - Throws: `PruningError`.
    public func text(name: String) throws(PruningError) -> String {
        let shape = network.graph.inputShape
        guard shape.count == 3, mean.count == shape[0], std.count == shape[0] else {
            throw .noTorchForm(node: "input", problem: "training on samples that are no pictures")
        }
        let module = try TorchModule(network, shapes: shapes)
        let constants = """
            CHECKPOINT = \(Python.quoted(checkpoint))
            SHAPE = \(Python.tuple(shape))  # of an image: channels, height, width
            CLASSES = \(network.graph.classCount)
            MEAN = [\(mean.map(Python.number).joined(separator: ", "))]  # of pixels from 0 to 1
            STD = [\(std.map(Python.number).joined(separator: ", "))]
            CUT = \(Python.quoted(cut.joined(separator: ",")))  # units of the whole network that are gone
            """
        return Self.filled(
            String(decoding: PackageResources.finetune_py, as: UTF8.self),
            [
                "{{script}}": name.plainASCII, "{{architecture}}": network.architecture.plainASCII,
                "# {{constants}}": constants, "# {{network}}": module.source,
            ])
    }

    /// A template with its marks filled in, in one pass: what is filled in is not looked through for marks.
    static func filled(_ template: String, _ parts: [String: String]) -> String {
        template.replacing(/(?:# )?\{\{[a-z]+\}\}/) { mark in parts[String(mark.output)] ?? String(mark.output) }
    }
}
