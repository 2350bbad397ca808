import Foundation
import StateDictionaries
import Testing

/// `prune` with units chosen by what taking them out does.
@Suite struct PruneMeasuredTests {
    let folder: ScratchFolder
    let command: [String]
    let images: String

    init() throws {
        folder = try ScratchFolder()
        images = try folder.writePruneImages()
        command = try folder.writePruneNetwork() + ["--data", images, "--json"]
    }

    private func prune(_ more: String...) throws -> JSONValue { try prune(more) }

    private func prune(_ more: [String]) throws -> JSONValue {
        let outcome = try Program.run(["prune"] + command + more, in: folder)
        try #require(outcome.end == .exited(0), "\(more): \(outcome)")
        return try outcome.json()
    }

    private func expectError(_ more: String..., code: Int32, words: String...) throws {
        let outcome = try Program.run(["prune"] + command + more, in: folder)
        #expect(outcome.end == .exited(code), "\(outcome)")
        for word in words { #expect(outcome.errors.contains(word), "\(word): \(outcome)") }
    }

    @Test func unitsAreMeasured() throws {
        let report = try prune("--policy", "measured", "2")
        #expect(report["policy"] == .string("measured 2 units") && report["cut"]?.elements.count == 2)
        let units = report["units"]?.elements ?? []
        #expect(
            units.map { $0["measuredLoss"]?.number != nil } == PruneInputs.units.map(PruneInputs.cuttable.contains))
        #expect(report["accuracy"]?["reconstructed"]?.number != nil)
        // The unit whose loss alone is least goes first.
        let first = try prune("--policy", "measured", "1")["cut"]?.elements
        let least = units.filter { $0["measuredLoss"]?.number != nil }
            .min { ($0["measuredLoss"]?.number ?? 0) < ($1["measuredLoss"]?.number ?? 0) }
        #expect(first == least.flatMap { $0["name"].map { [$0] } })
    }

    @Test func aShareIsOfWhatIsAskedFor() throws {
        for (saving, key) in [("parameters", "savedParameterShare"), ("multiply-adds", "savedMultiplyAddShare")] {
            let report = try prune("--policy", "measured", "10%", "--by", saving)
            #expect(report[key]?.number ?? 0 >= 0.1, "\(saving)")
        }
        #expect(
            try prune("--policy", "tail", "5%", "--by", "multiply-adds")["policy"]
                == .string("tail 5 % of the multiply-adds"))
    }

    /// What is lost or agreed on is as little or as much as was said, and one unit more would be too many.
    @Test func limitsAreKept() throws {
        let all = try prune("--lose", "100%")
        #expect(all["cut"]?.elements.count == PruneInputs.cuttable.count)
        for saving in [[], ["--by", "parameters"], ["--by", "multiply-adds"]] {
            let report = try prune(["--agree", "1"] + saving)
            #expect(report["cut"]?.elements.isEmpty == false, "\(saving)")
        }
        let outcome = try Program.run(["prune"] + command + ["--lose", "3%"], in: folder)
        if outcome.end == .exited(0) {
            let accuracy = try outcome.json()["accuracy"]
            let (whole, left) = (accuracy?["whole"]?.number ?? 0, accuracy?["reconstructed"]?.number ?? 0)
            #expect(whole - left <= 0.03, "\(outcome)")
        } else {
            #expect(outcome.end == .exited(65) && outcome.errors.contains("no unit can go losing 3 %"), "\(outcome)")
        }
    }

    /// A run knows the curves, which are set beside what was measured.
    @Test func criterionAndMeasurementAreCompared() throws {
        let run = try folder.makePruneRun()
        let outcome = try Program.run(["prune", run, "--policy", "measured", "1", "--json"], in: folder)
        try #require(outcome.end == .exited(0), "\(outcome)")
        let measured = try outcome.json()["measured"]
        #expect(measured?["taken"] == .number(1) && measured?["rankCorrelationDeltaM"]?.number != nil, "\(outcome)")
        let table = try Program.run(["prune", run, "--policy", "measured", "1"], in: folder)
        #expect(table.output.contains("measurement takes 1"), "\(table)")
        #expect(table.output.contains("Rank correlation of the loss"), "\(table)")
    }

    @Test func whatCantBeMeasuredIsSaid() throws {
        try expectError("--policy", "measured", code: 64, words: "--policy measured needs an amount")
        try expectError("--lose", "1%", "--agree", "98%", code: 64, words: "Give --lose or --agree, not both")
        try expectError("--lose", "1%", "--policy", "tail", code: 64, words: "--lose and --agree choose the units")
        for wrong in [["--policy", "criterion"], ["--policy", "tail", "1"]] {
            let outcome = try Program.run(["prune"] + command + wrong + ["--by", "multiply-adds"], in: folder)
            #expect(outcome.end == .exited(64) && outcome.errors.contains("--by goes with a percentage"), "\(outcome)")
        }
        try expectError("--lose", "none", code: 64, words: "--lose none: expected a percentage from 0% to 100%")
        try expectError("--agree", "0%", code: 64, words: "--agree 0%: expected a percentage from 1% to 100%")
        try expectError(
            "--policy", "measured", "1", "--no-reconstruct", code: 64, words: "leave --no-reconstruct out")
        let bare = try Program.run(
            ["prune", folder("network.safetensors"), "--norm", "none", "--policy", "measured", "1"], in: folder)
        #expect(bare.end == .exited(64) && bare.errors.contains("give --calibrate PATH or --data PATH"), "\(bare)")
        let unlabelled = try Program.run(
            ["prune", folder("network.safetensors"), "--norm", "none", "--calibrate", images, "--lose", "1%"],
            in: folder)
        #expect(unlabelled.end == .exited(64) && unlabelled.errors.contains("give --data PATH beside"), "\(unlabelled)")
    }
}
