import Testing

@testable import Pruning

/// New names, worked out by hand for each collection's way of numbering.
@Suite struct RenumberingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var cut: [String]
        /// Each parameter with the name it has afterwards; nil for one that goes.
        var names: [(String, String?)]
    }

    static let cases = [
        Case(
            testDescription: "a ResNet's stage, one block", cut: ["layer3.4"],
            names: [
                ("conv1.weight", "conv1.weight"), ("layer2.4.conv1.weight", "layer2.4.conv1.weight"),
                ("layer3.0.shortcut.0.weight", "layer3.0.shortcut.0.weight"),
                ("layer3.3.bn2.running_mean", "layer3.3.bn2.running_mean"), ("layer3.4.conv1.weight", nil),
                ("layer3.4.bn2.num_batches_tracked", nil), ("layer3.5.conv1.weight", "layer3.4.conv1.weight"),
                ("layer3.10.bn1.bias", "layer3.9.bn1.bias"), ("linear.bias", "linear.bias"),
            ]),
        Case(
            testDescription: "several blocks of one stage and one of another",
            cut: ["layer3.1", "layer3.3", "layer1.0"],
            names: [
                ("layer1.0.conv1.weight", nil), ("layer1.1.conv1.weight", "layer1.0.conv1.weight"),
                ("layer3.0.conv1.weight", "layer3.0.conv1.weight"), ("layer3.1.conv1.weight", nil),
                ("layer3.2.conv1.weight", "layer3.1.conv1.weight"), ("layer3.3.conv1.weight", nil),
                ("layer3.4.conv1.weight", "layer3.2.conv1.weight"), ("layer3.5.bn1.weight", "layer3.3.bn1.weight"),
            ]),
        Case(
            testDescription: "weiaicunzai's stages, whose parts have numbers too", cut: ["conv3_x.2"],
            names: [
                ("conv1.0.weight", "conv1.0.weight"), ("conv2_x.2.shortcut.0.weight", "conv2_x.2.shortcut.0.weight"),
                ("conv3_x.1.residual_function.3.weight", "conv3_x.1.residual_function.3.weight"),
                ("conv3_x.2.residual_function.0.weight", nil), ("conv3_x.2.residual_function.4.running_var", nil),
                ("conv3_x.3.residual_function.6.weight", "conv3_x.2.residual_function.6.weight"),
                ("conv4_x.3.residual_function.0.weight", "conv4_x.3.residual_function.0.weight"),
            ]),
        Case(
            // conv 14, bn 15, relu 16; conv 17, bn 18, relu 19; conv 20 … relu 22; pool 23; conv 24.
            testDescription: "a VGG with BatchNorm: three numbers a convolution, pools stay", cut: ["features.17"],
            names: [
                ("features.14.weight", "features.14.weight"), ("features.15.running_mean", "features.15.running_mean"),
                ("features.17.weight", nil), ("features.17.bias", nil), ("features.18.weight", nil),
                ("features.18.running_mean", nil), ("features.20.weight", "features.17.weight"),
                ("features.21.running_mean", "features.18.running_mean"),
                ("features.24.weight", "features.21.weight"), ("features.25.running_mean", "features.22.running_mean"),
                ("classifier.1.weight", "classifier.1.weight"), ("classifier.18.weight", "classifier.18.weight"),
            ]),
        Case(
            testDescription: "two of a VGG with BatchNorm, on either side of a pool",
            cut: ["features.17", "features.24"],
            names: [
                ("features.14.weight", "features.14.weight"), ("features.15.running_mean", "features.15.running_mean"),
                ("features.17.weight", nil), ("features.18.running_mean", nil),
                ("features.20.weight", "features.17.weight"), ("features.21.running_mean", "features.18.running_mean"),
                ("features.24.weight", nil), ("features.25.running_mean", nil),
                ("features.27.weight", "features.21.weight"), ("features.28.running_mean", "features.22.running_mean"),
            ]),
        Case(
            // conv 10, relu 11; conv 12, relu 13; pool 14; conv 15, relu 16.
            testDescription: "a VGG without: two numbers a convolution", cut: ["features.12"],
            names: [
                ("features.10.weight", "features.10.weight"), ("features.12.weight", nil), ("features.12.bias", nil),
                ("features.15.weight", "features.13.weight"), ("features.15.bias", "features.13.bias"),
            ]),
        Case(
            testDescription: "torchvision's MobileNetV2, the last convolution included",
            cut: ["features.3", "features.16"],
            names: [
                ("features.0.0.weight", "features.0.0.weight"),
                ("features.2.conv.0.0.weight", "features.2.conv.0.0.weight"),
                ("features.3.conv.0.0.weight", nil), ("features.3.conv.3.running_mean", nil),
                ("features.4.conv.3.running_mean", "features.3.conv.3.running_mean"),
                ("features.16.conv.1.0.weight", nil), ("features.17.conv.2.weight", "features.15.conv.2.weight"),
                ("features.18.0.weight", "features.16.0.weight"), ("features.18.1.bias", "features.16.1.bias"),
                ("classifier.1.weight", "classifier.1.weight"),
            ]),
        Case(
            testDescription: "kuangliu's MobileNetV2", cut: ["layers.2"],
            names: [
                ("conv2.weight", "conv2.weight"), ("layers.1.shortcut.0.weight", "layers.1.shortcut.0.weight"),
                ("layers.2.bn3.bias", nil), ("layers.3.conv1.weight", "layers.2.conv1.weight"),
                ("layers.16.shortcut.1.weight", "layers.15.shortcut.1.weight"),
            ]),
    ]

    @Test(arguments: cases) func namesAreThoseWorkedOutByHand(_ wanted: Case) {
        let renumbering = Renumbering(units: wanted.cut, among: wanted.names.map(\.0))
        for (name, expected) in wanted.names { #expect(renumbering(name) == expected, "\(name)") }
    }

    /// Names of the same letters in another place, and names that are no path, are left alone.
    @Test func namesThatOnlyLookAlikeStay() {
        let names = [
            "layer3.4.conv1.weight", "layer30.5.conv1.weight", "backbone.layer3.5.conv1.weight", "layer3", "layer3.x.5",
            "layer3..5", "", ".", "layer3.4x.weight",
        ]
        let renumbering = Renumbering(units: ["layer3.4"], among: names)
        #expect(renumbering(names[0]) == nil)
        for name in names.dropFirst() { #expect(renumbering(name) == name) }
        let other = Renumbering(units: ["conv1", "stem.first"], among: names)
        for name in names { #expect(other(name) == name) }
    }
}
