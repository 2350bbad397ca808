import Foundation
import Testing

/// Several runs in one explorer: saved ones, and those of a training that goes on.
@Suite struct RunsCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func leave(_ session: TerminalSession) throws {
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(
            session.leftBehind == [] && session.errors == "" && session.screen.unknown == [],
            "\(session.screen.unknown)")
    }

    @Test func twoRunsAreCompared() throws {
        let run = try folder.makeRun()
        try FileManager.default.copyItem(atPath: run, toPath: folder("other.sepal"))
        let session = try TerminalSession(["explore", run, folder("other.sepal"), "--no-motion"], in: folder)
        try session.wait("the first run beside the other") {
            $0.lines[0].hasPrefix(" sepal  ●─ 1/2 run") && $0.text.contains("difference to other")
        }
        session.type(")")
        try session.wait("the other") { $0.lines[0].hasPrefix(" sepal  ─● 2/2 other") }
        session.type("|")
        try session.wait("both") { $0.lines[0].contains("1/2 run") && $0.lines[0].contains("2/2 other") }
        try leave(session)
    }

    @Test func runsOfOtherSizesAreRefused() throws {
        let inputs = try folder.writeInputs()
        let run = try folder.makeRun()
        _ = try Program.run(["analyze"] + inputs + ["--samples", "20", "-o", folder("small.sepal")], in: folder)
        let outcome = try Program.run(["explore", run, folder("small.sepal")], in: folder)
        #expect(outcome.end == .exited(65))
        #expect(
            outcome.errors
                == "sepal: the runs can't be compared: N is 60 here and 20 there; analyse both with the same --samples\n"
        )
    }

    /// Each epoch's network is read again where a cut of it is tried.
    @Test func cutsOfAFollowedTrainingAreTried() throws {
        _ = try folder.writeInputs()
        try FileManager.default.createDirectory(atPath: folder("epochs"), withIntermediateDirectories: true)
        _ = try folder.write(SmallNetwork().bytes, as: "epochs/epoch-1.safetensors")
        let session = try TerminalSession(
            ["explore", "--watch", folder("epochs"), "--data", folder("images.npz")], in: folder)
        try session.wait("the first epoch") { $0.text.contains("layer 7/7") && $0.lines[0].contains("watching") }
        session.type("pggl\r")
        try session.wait("what the cut costs") {
            $0.text.contains("layer1.0 out") && $0.text.contains("reconstructed")
        }
        try leave(session)
    }

    @Test func aTrainingIsFollowed() throws {
        _ = try folder.writeInputs()
        let network = SmallNetwork().bytes
        try FileManager.default.createDirectory(atPath: folder("epochs"), withIntermediateDirectories: true)
        _ = try folder.write(Array("lr 0.1".utf8), as: "epochs/log.txt")
        let session = try TerminalSession(
            ["explore", "--watch", folder("epochs"), "--data", folder("images.npz")], in: folder)
        try session.wait("nothing to see yet") { $0.lines[0].contains("waiting for a checkpoint") }
        // Half written, and left so for longer than a whole one needs.
        _ = try folder.write(Array(network[..<(network.count / 2)]), as: "epochs/epoch-1.safetensors")
        try session.wait("a file that is waited for") { $0.text.contains("epoch-1.safetensors waited for: ") }
        _ = try folder.write(network, as: "epochs/epoch-1.safetensors")
        try session.wait("the first epoch") { $0.text.contains("layer 7/7") && $0.lines[0].contains("watching") }
        _ = try folder.write(network, as: "epochs/epoch-2.safetensors")
        try session.wait("the second epoch by itself") { $0.lines[0].hasPrefix(" sepal  ─● 2/2 epoch-2") }
        session.type("(")
        try session.wait("the first again") { $0.lines[0].hasPrefix(" sepal  ●─ 1/2 epoch-1") }
        // Written over: one more.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: folder("epochs/epoch-2.safetensors"))
        try session.wait("a third one, without leaving the first") { $0.lines[0].hasPrefix(" sepal  ●── 1/3 epoch-1") }
        session.type("2)")
        try session.wait("the third") { $0.lines[0].contains("3/3 epoch-2 (2)") }
        try leave(session)
    }

    /// A network that diverged has a run, which says what is wrong; a link to a checkpoint beside it is no other one.
    @Test func anEpochThatCannotBeAnalysedIsSaid() throws {
        _ = try folder.writeInputs()
        try FileManager.default.createDirectory(atPath: folder("epochs"), withIntermediateDirectories: true)
        var network = SmallNetwork()
        for name in ["bn1.weight", "layer1.0.bn1.weight"] { network.spoil(name, with: 3e38) }
        _ = try folder.write(network.bytes, as: "epochs/epoch-1.safetensors")
        let session = try TerminalSession(
            ["explore", "--watch", folder("epochs"), "--data", folder("images.npz")], in: folder)
        try session.wait("what is wrong") { $0.lines[1].contains("conv1: the representation") }
        _ = try folder.write(SmallNetwork().bytes, as: "epochs/epoch-2.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: folder("epochs/last.safetensors"), withDestinationPath: folder("epochs/epoch-2.safetensors"))
        try session.wait("the next epoch") { $0.text.contains("layer 7/7") && $0.lines[0].contains("epoch-2") }
        try session.wait("rest") { $0.lines[0].contains("watching") }
        #expect(!session.screen.text.contains("last"))
        try leave(session)
    }

    @Test(
        arguments: [
            (["explore", "--watch", "/nowhere-at-all", "--data", "x"], 74),
            (["explore", "--watch", "."], 64), (["explore", "a.th", "--watch", ".", "--data", "x"], 64),
            (["explore", "a.sepal", "b.sepal", "--data", "x"], 64), (["explore"], 64),
        ] as [([String], Int32)])
    func wrongArgumentsAreSaid(arguments: [String], code: Int32) throws {
        let outcome = try Program.run(arguments, in: folder)
        #expect(outcome.end == .exited(code), "\(outcome)")
    }

    @Test func aViewIsKeptWithTheRun() throws {
        let run = try folder.makeRun()
        let session = try TerminalSession(["explore", run], in: folder)
        try session.wait("the run") { $0.shows("conv1", "layer 1/7") }
        session.type("3lTs")
        try session.wait("word of it") { $0.text.contains("view kept in ") && $0.text.contains("run.sepal") }
        try leave(session)
        let again = try TerminalSession(["explore", run], in: ScratchFolder())
        try again.wait("the layer and the table") {
            $0.shows("layer2.0.conv1", "layer 4/7") && $0.text.contains("by layer")
        }
        try leave(again)
    }

    @Test func theScreenIsExported() throws {
        let run = try folder.makeRun()
        let session = try TerminalSession(["explore", run], in: folder)
        try session.wait("the run") { $0.shows("conv1", "layer 1/7") && $0.isFilled }
        let shown = session.screen.lines
        session.type("e")
        try session.wait("word of it") {
            $0.text.contains("written: sepal-conv1-screen.svg and sepal-conv1-screen.txt")
        }
        session.type("e")
        try session.wait("another name") { $0.text.contains("written: sepal-conv1-screen-2.svg") }
        try leave(session)
        let text = folder.text(of: "sepal-conv1-screen.txt").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(text.count == 41)
        for (line, wanted) in zip(text, shown) { #expect(line == wanted) }
        let picture = folder.text(of: "sepal-conv1-screen.svg")
        #expect(picture.hasPrefix("<?xml") && picture.hasSuffix("</svg>\n") && picture.contains("conv1"))
    }
}
