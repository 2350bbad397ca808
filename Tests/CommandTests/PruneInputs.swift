import Formats
import StateDictionaries
import Testing

/// A ResNet of five blocks for images of one channel, three of which can be cut.
enum PruneInputs {
    static let units = ["conv1", "layer1.0", "layer2.0", "layer2.1", "layer3.0", "layer3.1"]
    static let cuttable = ["layer1.0", "layer2.1", "layer3.1"]

    static var network: StateDictionary {
        StateDictionary(inputChannels: 1, widths: [4, 8, 16], counts: [1, 2, 2])
    }

    static func bytes(_ dictionary: StateDictionary, as format: StateDictFormat = .safetensors) throws -> [UInt8] {
        try stateDictBytes(try #require(StateDict(dictionary.parameters)), as: format, file: "network")
    }
}

extension ScratchFolder {
    /// Writes the network, and returns its path with a normalisation, so that nothing is left to be said about it.
    func writePruneNetwork(_ dictionary: StateDictionary = PruneInputs.network) throws -> [String] {
        [try write(PruneInputs.bytes(dictionary), as: "network.safetensors"), "--norm", "none"]
    }

    func writePruneImages() throws -> String { try write(SmallImages().bytes, as: "images.npz") }

    /// Analyses the network to the end, and returns the run's path.
    func makePruneRun(_ dictionary: StateDictionary = PruneInputs.network) throws -> String {
        let command =
            try ["analyze"] + writePruneNetwork(dictionary) + ["--data", writePruneImages(), "-o", self("run.sepal")]
        let outcome = try Program.run(command, in: self)
        guard outcome.end == .exited(0) else { throw Failure("no run: \(outcome)") }
        return self("run.sepal")
    }
}
