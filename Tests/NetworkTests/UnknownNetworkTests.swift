import Network
import StateDictionaries
import Testing

@Suite struct UnknownNetworkTests {
    private func looksLike(_ parameters: [(String, [Int])]) -> String? {
        var dictionary = StateDictionary(widths: [2], counts: [0])
        dictionary.parameters = []
        for (name, dims) in parameters { dictionary.append(name, dims) }
        do throws(NetworkError) {
            _ = try dictionary.recognized()
            return nil
        } catch .unknownNetwork(let looksLike) {
            return looksLike
        } catch {
            return nil
        }
    }

    @Test func otherFamiliesAreCalledByTheirNames() {
        #expect(looksLike([]) == "the file holds no parameters")
        #expect(looksLike([("bn1.num_batches_tracked", [])]) == "the file holds no parameters")
        #expect(
            looksLike([("a", [1]), ("b", [1]), ("c", [1]), ("d", [1])]) == "4 parameters named a, b, c, …")
        #expect(looksLike([("a", [1])]) == "1 parameters named a")
    }

    @Test func otherResidualNetworksAreToldApart() throws {
        var grouped = StateDictionary(widths: [4], counts: [1], isBottleneck: true, shortcut: "shortcut")
        grouped.reshape("layer1.0.conv2.weight", [4, 2, 3, 3])
        #expect(throws: NetworkError.unknownNetwork(looksLike: "a ResNeXt (grouped convolutions)")) {
            try grouped.recognized()
        }
    }
}

@Suite struct NetworkErrorTests {
    @Test func everyDescriptionIsOneLineThatNamesThePlace() {
        let differences = ParameterDifferences(missing: ["a", "b", "c", "d"], leftOver: ["e"])
        let cases: [(NetworkError, String)] = [
            (
                .unknownNetwork(looksLike: "a VGG"),
                "unknown network: a VGG; supported are ResNets, also with pre-activation, VGGs and MobileNetV2s "
                    + "with the parameter names of torchvision and the public CIFAR collections"
            ),
            (
                .parameters(architecture: "resnet20, option A", differences),
                "parameters do not match resnet20, option A: 4 missing (a, b, c, …), 1 left over (e); "
                    + "save the whole state dict of one network"
            ),
            (
                .otherArchitecture(asked: "resnet18", found: "resnet34"),
                "architecture resnet18 was asked for, but the parameters are those of resnet34; "
                    + "leave the architecture out or name that one"
            ),
            (
                .nonFinite(tensor: "conv1.weight", index: 7),
                "conv1.weight: element 7 is NaN or infinite; take a checkpoint from before training diverged"
            ),
            (
                .negativeVariance(node: "bn1", channel: 2),
                "bn1: the running variance of channel 2 is negative; the checkpoint is damaged"
            ),
            (
                .inputChannels(expected: 1, found: 3),
                "the network takes images of 1 channel, the data have 3; save the images in grey, or use the data it was trained on"
            ),
            (
                .imageTooSmall(node: "layer3.0.conv1", height: 1, width: 2),
                "the images are too small: layer3.0.conv1 has stride 2 and gets a map of 1×2; use larger images"
            ),
            (
                .shape(node: "head", problem: "takes one input, not 2"),
                "node head: takes one input, not 2; the network cannot be run as it is described"
            ),
            (
                .tooLarge(node: "head", what: "numbers", size: 3, limit: 2),
                "node head: numbers: 3 is beyond the limit of 2; is this the right file?"
            ),
        ]
        for (error, line) in cases { #expect(error.description == line) }
    }
}
