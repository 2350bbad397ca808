import Testing

/// A run in parts, as several machines make it.
@Suite struct MergeCommandTests {
    private let folder: ScratchFolder
    private let command: [String]

    init() throws {
        folder = try ScratchFolder()
        command = try ["analyze"] + folder.writeInputs()
    }

    private func result(_ arguments: [String]) throws -> Program.Outcome {
        let outcome = try Program.run(arguments, in: folder)
        #expect(outcome.end == .exited(0), "\(outcome)")
        return outcome
    }

    private func analyzePart(_ shard: String, threads: Int = 1) throws -> String {
        let path = folder("part-\(shard.replacing("/", with: "-")).sepal")
        let arguments = command + ["--shard", shard, "--threads", "\(threads)", "-o", path]
        let outcome = try result(arguments)
        #expect(outcome.errors.contains("sepal: part \(shard.replacing("/", with: " of ")): "), "\(outcome)")
        #expect(try result(arguments).errors.contains("layers are there already"), "it is done, and says so")
        return path
    }

    @Test func partsComeToTheSameFigures() throws {
        let whole = try result(command + ["--json"]).json()
        let parts = try [analyzePart("1/3"), analyzePart("2/3", threads: 2), analyzePart("3/3")]
        let path = folder("run.sepal")
        let merged = try result(["merge"] + parts + ["-o", path])
        #expect(merged.output == "" && merged.errors == "sepal: \(path): 7 layers of 3 parts\n", "\(merged)")
        let report = try result(["report", path, "--json"]).json()
        func timeless(_ report: JSONValue) -> [JSONValue] {
            (report["layers"]?.elements ?? []).map { $0.without("seconds") }
        }
        #expect(timeless(report) == timeless(whole))
        for name in whole.names.subtracting(["layers", "seconds", "peakMemoryBytes"]) {
            #expect(report[name] == whole[name], "\(name)")
        }
    }

    /// What is missing is said, and the part that is given again goes on as a whole run.
    @Test func aPartIsMissing() throws {
        let part = try analyzePart("1/2")
        let path = folder("run.sepal")
        let outcome = try Program.run(["merge", part, "-o", path], in: folder)
        #expect(outcome.end == .exited(65) && outcome.errorLines.count == 1, "\(outcome)")
        #expect(
            outcome.errors.contains("are in none of the parts (") && folder.text(of: "run.sepal") == "", "\(outcome)")
        let whole = try result(command + ["-o", part, "--json"])
        #expect(try whole.json()["complete"] == .bool(true), "\(whole)")
        #expect(try result(["merge", part, "-o", path]).errors.contains("7 layers of 1 part\n"))
    }

    @Test(arguments: ["0/2", "3/2", "1", "1/", "/2", "a/b", "1/2/3", "1/99999999999999999999"])
    func wrongParts(shard: String) throws {
        let outcome = try Program.run(command + ["--shard", shard, "-o", folder("run.sepal")], in: folder)
        #expect(outcome.end == .exited(64), "\(outcome)")
        #expect(outcome.errors.contains("'\(shard)' is invalid for '--shard <i/n>'"), "\(outcome)")
    }

    @Test func aPartNeedsAFile() throws {
        let outcome = try Program.run(command + ["--shard", "1/2"], in: folder)
        #expect(outcome.end == .exited(64) && outcome.errors.contains("--shard needs -o"), "\(outcome)")
    }
}
