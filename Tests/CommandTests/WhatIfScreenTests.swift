import Foundation
import RunStore
import Testing

/// Units taken out in the explorer, with the real network tried beside.
@Suite struct WhatIfScreenTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func plans(_ run: String) throws -> [StoredPlan] {
        let store = try RunStore.open(path: run)
        defer { store.close() }
        return try store.plans()
    }

    @Test func aSavedRunsNetworkIsTriedAndThePlanKept() throws {
        let run = try folder.makeRun()
        let session = try TerminalSession(["explore", run, "--no-motion"], in: folder)
        try session.wait("the run") { $0.text.contains("layer 1/7") }
        session.type("pl\r")
        try session.wait("what the cut costs") {
            $0.text.contains("layer1.0 out") && $0.text.contains("1 of 1 units out")
                && $0.text.contains("reconstructed")
        }
        session.type("u")
        try session.wait("the whole network again") { $0.text.contains("the whole network: Enter takes a unit out") }
        session.type("U")
        try session.wait("the cut once more") { $0.text.contains("reconstructed") }
        session.type("q")
        #expect(try session.waitForEnd() == 0 && session.errors == "")
        #expect(try plans(run) == [StoredPlan(name: StoredPlan.explorer, units: ["layer1.0"])])

        let again = try TerminalSession(["explore", run, "--no-motion"], in: try ScratchFolder())
        try again.wait("the run") { $0.text.contains("layer 1/7") }
        again.type("p")
        try again.wait("the plan that was kept") { $0.text.contains("1 of 1 units out") }
        again.type("q")
        #expect(try again.waitForEnd() == 0)

        // What was taken out is what is written.
        let small = folder("small.pth")
        let cut = try Program.run(["prune", run, "--policy", "explorer", "-o", small], in: folder)
        #expect(cut.end == .exited(0) && cut.output.contains("Cut: layer1.0."), "\(cut.errors)")
        // The first stage had no other block.
        #expect(cut.errors.contains("layer1 is left without blocks"))
        #expect(FileManager.default.fileExists(atPath: small))
    }

    /// All that may be lost: the one unit that can go goes.
    @Test func theProgramCutsByItself() throws {
        let session = try TerminalSession(["explore", try folder.makeRun(), "--no-motion"], in: folder)
        try session.wait("the run") { $0.text.contains("layer 1/7") }
        session.type("p99o")
        try session.wait("what it has come to") {
            $0.text.contains("no other unit can be cut") && $0.text.contains("1 of 1 units out")
                && $0.text.contains(" cut, ") && $0.text.contains("reconstructed")
        }
        session.type("u")
        try session.wait("the whole network again") { $0.text.contains("the whole network: Enter takes a unit out") }
        session.type("q")
        #expect(try session.waitForEnd() == 0 && session.errors == "")
    }

    /// A network that isn't where it was: the plan is all there is.
    @Test func aMissingNetworkIsSaid() throws {
        let run = try folder.makeRun()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder("")) where name.hasSuffix(".safetensors")
        {
            try FileManager.default.removeItem(atPath: folder(name))
        }
        let session = try TerminalSession(["explore", run, "--no-motion"], in: folder)
        try session.wait("the run") { $0.text.contains("layer 1/7") }
        session.type("pl\r")
        try session.wait("why it can't be tried") { $0.text.contains("is not where it was") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
    }

    @Test func theCutNetworkIsComparedWithTheWholeOne() throws {
        let inputs = try folder.writeInputs()
        let run = try folder.makeRun()
        let small = folder("small.safetensors")
        let cut = try Program.run(["prune", run, "--cut", "layer1.0", "-o", small], in: folder)
        #expect(cut.end == .exited(0) && cut.output.contains("right after the cut"), "\(cut.errors)")
        #expect(try plans(run) == [StoredPlan(name: "cut layer1.0", units: ["layer1.0"])])
        let analysis = try Program.run(
            ["analyze", small] + inputs.dropFirst() + ["-o", folder("small.sepal")], in: folder)
        #expect(analysis.end == .exited(0), "\(analysis.errors)")
        let compared = try Program.run(["compare", run, folder("small.sepal"), "--json"], in: folder)
        #expect(compared.end == .exited(0), "\(compared.errors)")
        #expect(compared.output.contains(#""alignment" : "cut""#))
        let text = try Program.run(["compare", run, folder("small.sepal")], in: folder)
        #expect(text.output.contains("One network is the other without some units"))
    }

    @Test func checkTellsTheRedundantShare() throws {
        let inputs = try folder.writeInputs()
        let outcome = try Program.run(["check"] + inputs + ["--fail-if", "redundant>=0%"], in: folder)
        #expect(outcome.end == .exited(2))
        #expect(outcome.output.contains("Redundant: "))
        #expect(outcome.errors.contains("check failed: redundant >= 0.0 (it is "))
        let passed = try Program.run(["check"] + inputs + ["--fail-if", "redundant>90%", "--json"], in: folder)
        #expect(passed.end == .exited(0) && passed.output.contains(#""redundant" : 0"#))
    }
}
