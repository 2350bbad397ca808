import Execution
import Kernels
import Network
import StateDictionaries
import Testing

@testable import Reconstruction

/// Images that differ, and fits on them.
struct Fits {
    let network: Network
    let images: [[Float]]
    var options = ReconstructionOptions()
    var threads = 2

    init(_ dictionary: StateDictionary, shape: [Int], images: Int) throws {
        network = try dictionary.recognized(shape[0], height: shape[1], width: shape[2])
        let size = shape.reduce(1, *)
        self.images = (0..<images).map { image in
            var state = UInt64(image) &* 0x9E37_79B9_7F4A_7C15 &+ 1
            return (0..<size).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int(state >> 40) % 2001 - 1000) / 700
            }
        }
    }

    func units(_ names: [String]) throws -> [Network.Unit] {
        try names.map { name in try #require(network.units.first { $0.name == name && $0.isCuttable }, "\(name)") }
    }

    func run(_ names: [String]) throws -> Reconstruction {
        try Reconstruction(
            of: network.graph, cut: CutGraph(network.graph, cutting: units(names)), images: images.count,
            options: options, pool: WorkerPool(threads: threads), store: ActivationStore(), fill: fill)
    }

    var fill: ForwardPass.Fill {
        let images = images
        return { range, values in
            for (place, image) in range.enumerated() {
                values.advanced(by: place * images[image].count).update(
                    from: images[image], count: images[image].count)
            }
        }
    }

    /// Mean squared distance of a graph's scores from the whole network's, over the variance of those.
    func error(_ graph: Graph) throws -> Double {
        var (error, scale, mean) = (0.0, 0.0, 0.0)
        for image in images {
            let wanted = try ReferenceExecutor.run(network.graph, input: image)[network.graph.nodes.count - 1]
            let found = try ReferenceExecutor.run(graph, input: image)[graph.nodes.count - 1]
            for (a, b) in zip(wanted, found) {
                error += Double((a - b) * (a - b))
                scale += Double(a * a)
                mean += Double(a)
            }
        }
        return error / scale
    }
}

@Suite struct ReconstructionTests {
    private static let optionA = StateDictionary(widths: [4, 8, 12], counts: [1, 2, 1])

    private func fits(images: Int = 12) throws -> Fits { try Fits(Self.optionA, shape: [3, 8, 8], images: images) }

    /// Against the plainest form of the definition, image by image.
    @Test(arguments: [0, 2]) func agreesWithTheDefinition(rounds: Int) throws {
        var fits = try fits()
        (fits.options.ridge, fits.options.rounds) = (0.05, rounds)
        let found = try fits.run(["layer2.1"])
        #expect(
            found.fitted == ["layer2.0.conv2", "layer3.0.conv1", "layer3.0.conv2", "linear"]
                && found.left.isEmpty, "\(found.fitted) \(found.left)")
        var slow = SlowReconstruction(
            whole: fits.network.graph, cut: try fits.network.graph.cutting(fits.units(["layer2.1"])),
            images: fits.images, ridge: 0.05, rounds: rounds)
        try slow.fit("layer2.0.conv2", "layer2.0.bn2", end: "layer2.0", target: "layer2.1")
        try slow.fit("layer3.0.conv1", "layer3.0.bn1", end: "layer3.0.bn1", target: "layer3.0.bn1")
        try slow.fit("layer3.0.conv2", "layer3.0.bn2", end: "layer3.0", target: "layer3.0")
        try slow.fitClassifier()
        for (row, expected) in try slow.logits.enumerated() {
            let scale = expected.map(\.magnitude).max() ?? 0
            for (place, value) in expected.enumerated() {
                #expect(abs(found.scores.row(row)[place] - value) < 2e-3 * scale, "image \(row), class \(place)")
            }
        }
    }

    /// What the returned graph does is what was told of it.
    @Test func theGraphHasTheScores() throws {
        let fits = try fits()
        let found = try fits.run(["layer2.1"])
        for (row, image) in fits.images.enumerated() {
            let cut = try ReferenceExecutor.run(found.graph, input: image)[found.graph.nodes.count - 1]
            let whole = try ReferenceExecutor.run(fits.network.graph, input: image)[fits.network.graph.nodes.count - 1]
            for place in cut.indices {
                #expect(abs(found.scores.row(row)[place] - cut[place]) < 1e-3 * (1 + cut[place].magnitude))
                #expect(abs(found.wanted.row(row)[place] - whole[place]) < 1e-3 * (1 + whole[place].magnitude))
            }
        }
    }

    /// BatchNorms have the statistics of what they take, so that training begins with the same function.
    @Test func normalizationsHaveTheirStatistics() throws {
        let fits = try fits()
        let graph = try fits.run(["layer2.1"]).graph
        let norm = try #require(graph.nodes.firstIndex { $0.name == "layer2.0.bn2" })
        guard case .batchNormalization(let batch) = graph.nodes[norm].operation else { return }
        let values = try fits.images.map { try ReferenceExecutor.run(graph, input: $0)[graph.nodes[norm].inputs[0]] }
        let places = graph.nodes[norm].shape.dropFirst().reduce(1, *)
        for channel in batch.mean.indices {
            let all = values.flatMap { $0[channel * places..<(channel + 1) * places] }.map { Double($0) }
            let mean = all.reduce(0, +) / Double(all.count)
            let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
            #expect(abs(Double(batch.mean[channel]) - mean) < 1e-3 * (variance.squareRoot() + abs(mean)))
            #expect(abs(Double(batch.variance[channel]) - variance) < 1e-2 * variance + 1e-9)
        }
    }

    @Test func anyNumberOfThreadsMakesTheSameBits() throws {
        var fits = try fits(images: 40)
        fits.threads = 1
        let alone = try fits.run(["layer2.1"])
        fits.threads = 3
        #expect(try fits.run(["layer2.1"]).graph == alone.graph)
    }

    /// A unit that does nothing leaves nothing to mend.
    @Test func whatDidNothingIsNotMissed() throws {
        var dictionary = Self.optionA
        for part in ["weight", "bias"] {
            dictionary.replace("layer2.1.bn2.\(part)") { values, dims in (values.map { _ in 0 }, dims) }
        }
        let fits = try Fits(dictionary, shape: [3, 8, 8], images: 12)
        #expect(try fits.error(fits.run(["layer2.1"]).graph) < 1e-6)
    }

    /// Every kind of unit that can be cut: what is left does more like the whole when it is fitted.
    @Test(arguments: Kind.all) func everyKindIsFitted(kind: Kind) throws {
        let fits = try Fits(kind.dictionary(), shape: kind.shape, images: 24)
        let found = try fits.run(kind.cut)
        let before = try fits.error(fits.network.graph.cutting(fits.units(kind.cut)))
        let after = try fits.error(found.graph)
        #expect(after < 0.5 * before, "\(before) → \(after), \(found.fitted)")
        #expect(found.left.isEmpty, "\(found.left)")
    }

    struct Kind: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var cut: [String]
        var shape = [3, 8, 8]
        var dictionary: @Sendable () -> StateDictionary

        static let all = [
            Kind(testDescription: "basic blocks, option B", cut: ["layer1.1"]) {
                StateDictionary(widths: [8, 12, 16], counts: [2, 1, 1], shortcut: "shortcut")
            },
            Kind(testDescription: "a run of cut units", cut: ["layer1.1", "layer1.2"]) {
                StateDictionary(widths: [4, 8, 12], counts: [3, 1, 1])
            },
            Kind(testDescription: "all of the first stage", cut: ["layer1.0"]) {
                StateDictionary(widths: [4, 8, 12], counts: [1, 1, 1])
            },
            Kind(testDescription: "bottlenecks", cut: ["layer3.1"]) {
                StateDictionary(
                    widths: [2, 3, 4, 5], counts: [1, 1, 2, 1], isBottleneck: true, shortcut: "shortcut")
            },
            Kind(testDescription: "pre-activation", cut: ["layer2.1"]) {
                .preActivation(widths: [8, 12, 16], counts: [1, 2, 1])
            },
            Kind(testDescription: "plain convolutions", cut: ["features.3", "features.10"]) {
                .vgg([8, 8, 0, 12, 12, 0, 16])
            },
            Kind(testDescription: "plain convolutions without BatchNorm", cut: ["features.2"]) {
                .vgg([8, 8, 0, 12, 0, 16], isNormalized: false, classifier: [0, 3, 6], hidden: 20, inputs: 64)
            },
            Kind(testDescription: "inverted residuals", cut: ["features.3"], shape: [3, 16, 16]) {
                var dictionary = StateDictionary.mobileNet(
                    [(1, 8, 1), (2, 10, 2), (2, 12, 1), (2, 14, 1), (2, 16, 1), (2, 18, 1), (2, 20, 1)], stem: 8,
                    last: 24)
                // So that something of the image reaches the end of so many layers of chance.
                for name in dictionary.parameters.map(\.name) where name.hasSuffix("running_var") {
                    dictionary.replace(name) { values, dims in (values.map { $0 * 0.02 }, dims) }
                }
                return dictionary
            },
        ]
    }

    // MARK: What can't be done

    @Test func tooFewImagesAreRefused() throws {
        for images in [1, Reconstruction.leastImages - 1] {
            #expect(throws: ReconstructionError.tooFewImages(images)) { try fits(images: images).run(["layer2.1"]) }
        }
    }

    @Test func whatIsTooLargeStaysAsItWas() throws {
        var fits = try fits()
        fits.options.mostColumns = 100
        let found = try fits.run(["layer2.1"])
        #expect(found.left.map(\.layer) == ["layer3.0.conv2"], "\(found.left)")
        #expect(found.left.first?.reason == "it has 109 unknowns for each output")
        let (own, fitted) = (
            fits.network.graph.nodes.first { $0.name == "layer3.0.conv2" },
            found.graph.nodes.first { $0.name == "layer3.0.conv2" }
        )
        #expect(own?.operation == fitted?.operation)
    }

    /// Values beyond all numbers have no fit, and break nothing.
    @Test func whatHasNoBoundsStaysAsItWas() throws {
        var fits = try fits()
        fits = try Fits(fits.network, images: fits.images.map { $0.map { $0 * 1e36 } })
        let found = try fits.run(["layer2.1"])
        #expect(found.fitted.isEmpty && found.left.first?.reason == "its normal equations have no finite solution")
        #expect(try found.graph == fits.network.graph.cutting(fits.units(["layer2.1"])))
    }

    @Test func itCanBeStopped() throws {
        let fits = try fits()
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) {
            try Reconstruction(
                of: fits.network.graph, cut: CutGraph(fits.network.graph, cutting: fits.units(["layer2.1"])),
                images: 12,
                pool: WorkerPool(threads: 1), store: ActivationStore(), cancellation: cancellation, fill: { _, _ in })
        }
    }
}

extension Fits {
    init(_ network: Network, images: [[Float]]) throws { (self.network, self.images) = (network, images) }
}
