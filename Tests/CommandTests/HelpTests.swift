import Testing

@Suite struct HelpTests {
    static let network = [
        "--norm", "--mean", "--std", "--arch", "--seed", "--threads", "--memory", "--resize", "--crop",
    ]
    static let analysis =
        [
            "--samples", "--edges", "--histogram-samples", "--limit", "--paper", "--level", "--tolerance",
            "--min-length", "--neighbors", "--normalization", "--lu-protocol", "--exact",
        ] + network
    static let screen = [
        "--config", "--theme", "--paint-background", "--no-paint-background", "--glyphs", "--color", "--no-color",
        "--play", "--loop", "--no-motion", "--keys", "--record",
    ]
    /// The options of each command.
    static let commands: [(name: String, options: [String])] = [
        ("demo", screen + analysis),
        ("explore", ["--watch", "--data", "--labels", "--output"] + screen + analysis),
        ("analyze", ["--data", "--labels", "--output", "--shard", "--json"] + analysis),
        ("check", ["--data", "--labels", "--fail-if", "--json"] + analysis),
        ("capture", []),
        ("compare", ["--json", "--level", "--output", "--tolerance", "--min-length"]),
        ("evaluate", ["--data", "--limit", "--json"] + network),
        ("figure", ["--output", "--format", "--layers", "--tolerance", "--min-length"]),
        ("merge", ["--output"]),
        ("notes", ["--file"]),
        (
            "prune",
            [
                "--policy", "--cut", "--dry-run", "--output", "--finetune", "--checkpoint", "--data", "--image-size",
                "--json", "--lose", "--agree", "--by", "--calibrate", "--calibrate-images", "--reconstruct",
                "--no-reconstruct",
            ] + analysis
        ),
        ("report", ["--json", "--csv", "--html", "--level", "--tolerance", "--min-length"]),
    ]

    @Test(arguments: commands) func helpNamesEveryOption(command: String, options: [String]) throws {
        let outcome = try Program.run([command, "--help"], in: ScratchFolder())
        #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
        let words = Set(outcome.output.split { " ,./\n()[]<>".contains($0) }.map(String.init))
        for option in options { #expect(words.contains(option), "\(option): \(outcome)") }
        // And none besides, so that this list stays complete.
        let named = words.filter { $0.hasPrefix("--") }.subtracting(["--help", "--version"])
        #expect(named.subtracting(options) == [], "\(outcome)")
        #expect(outcome.output.contains("USAGE: sepal \(command)"), "\(outcome)")
        // What makes the manual page of it leaves other characters out.
        #expect(!outcome.output.contains { !$0.isASCII }, "\(outcome)")
    }

    @Test func theProgramNamesItsCommands() throws {
        for arguments in [["--help"], []] {
            let outcome = try Program.run(arguments, in: ScratchFolder())
            #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
            let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            let named = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
            for command in Self.commands.map(\.name) {
                #expect(named.count { $0 == command } == 1, "\(command): \(outcome)")
            }
            #expect(!outcome.output.contains { !$0.isASCII }, "\(outcome)")
        }
    }

    @Test func theVersionIsOneLine() throws {
        let outcome = try Program.run(["--version"], in: ScratchFolder())
        #expect(outcome.end == .exited(0) && outcome.output.split(separator: ".").count == 3, "\(outcome)")
        #expect(outcome.output.split(separator: "\n").count == 1, "\(outcome)")
    }
}
