import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct EvaluateCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Runs what has to succeed.
    private func result(_ arguments: [String]) throws -> Program.Outcome {
        let outcome = try Program.run(arguments, in: folder)
        try #require(outcome.end == .exited(0), "\(arguments): \(outcome)")
        return outcome
    }

    /// What is open is decided by the first 300 images' labels.
    @Test func labelsOfThreeHundredImagesDecide() throws {
        let folder = try ScratchFolder()
        let network = try folder.writePruneNetwork()[0]
        let images = try folder.write(SmallImages(count: 310).bytes, as: "many.npz")
        let outcome = try Program.run(["evaluate", network, "--data", images], in: folder)
        #expect(outcome.errors.contains("normalisation by the labels of 300 images: "), "\(outcome)")
    }

    /// Both commands say the same of the same images.
    @Test func theAccuracyIsThatOfTheAnalysis() throws {
        let inputs = try folder.writeInputs()
        let report = try result(["evaluate"] + inputs + ["--json"]).json()
        let analysis = try result(["analyze"] + inputs + ["--json"]).json()
        let shared = [
            "checkpoint", "architecture", "parameters", "data", "classes", "order", "norm", "accuracy", "seed",
            "version",
        ]
        for key in shared {
            #expect(report[key] == analysis[key], "\(key)")
        }
        #expect(report["images"] == .number(60))
        let confusion = report["confusion"]?.elements.map { $0.elements.compactMap(\.number) } ?? []
        #expect(confusion.count == 10 && confusion.allSatisfy { $0.count == 10 && $0.reduce(0, +) == 6 })
        let right = confusion.indices.map { confusion[$0][$0] }
        #expect(report["right"] == .number(right.reduce(0, +)))
        #expect(report["perClass"]?.elements.map { $0["right"]?.number } == right)
    }

    @Test func tablesGoToStandardOutput() throws {
        let outcome = try result(["evaluate"] + folder.writeInputs())
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.output.hasPrefix("network.safetensors: resnet8, option A, widths 4-8-16 · "), "\(outcome)")
        #expect(lines[1] == "images.npz: 10 classes · order file · normalised as none", "\(outcome)")
        #expect(lines[2].hasPrefix("accuracy ") && lines[2].contains(" of 60 images) · "), "\(outcome)")
        #expect(lines.count { $0.hasPrefix("class") } == 1 && lines.allSatisfy { $0.count <= 80 }, "\(outcome)")
        // A network of random weights is little better than chance; beside that there is nothing to be said.
        #expect(outcome.errorLines.allSatisfy { $0.contains("near chance") }, "\(outcome)")
        #expect(!outcome.output.contains("\u{1B}"))
    }

    /// All images by default, however many an analysis would take; fewer, of another order, where asked for.
    @Test func takesAllImagesOrTheFirst() throws {
        let inputs = try folder.writeInputs(SmallImages(count: 4300))
        let all = try result(["evaluate"] + inputs + ["--json"]).json()
        #expect(all["images"] == .number(4300) && all["order"] == .string("file"))
        let some = try result(["evaluate"] + inputs + ["--json", "--limit", "100", "--seed", "3"]).json()
        #expect(some["images"] == .number(100) && some["order"] == .string("file + seed"))
        #expect(some["seed"] == .number(3))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func isInterrupted(signal: Int32) throws {
        let inputs = try folder.writeInputs(SmallImages(count: 20_000))
        // Without a normalisation one is chosen, which is said before the images go through.
        let outcome = try Program.run(["evaluate"] + inputs.dropLast(2), in: folder) { errors, program in
            if errors.contains("normalisation") { ChildProcess.signal(signal, to: program) }
        }
        #expect(outcome.end == .exited(130) && outcome.output == "", "\(outcome)")
    }
}
