import ArgumentParser
import Cells
import Foundation

/// How soon the explorer answers a key while the engine has all processors, beside the same keys without an engine.
struct ExplorerBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explorer",
        abstract: "Keys until their frames, with the engine at work and without; bytes beside those of other programs.",
        discussion: """
            Runs the `sepal` beside this program on a pseudo-terminal of 160×48: first on a checkpoint, while its layers \
            are analysed, then on the run file which that leaves. That file is then explored at 80×24 and 200×60, beside \
            btop and nvtop at the same sizes, where they are installed. Takes about four minutes; nothing else should \
            run. With --saved only the second part is done, on a finished run.
            """)

    @Option(help: "A trained network.") var checkpoint: String?
    @Option(help: "Labelled images.") var data: String?
    @Option(help: "A finished run, instead of a network and images.") var saved: String?
    @Flag(help: "A terminal that doesn't answer when asked for its status.") var silent = false
    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "Keys pressed on each side.") var keys = 400
    @Option(help: "Layers that are finished before the first key, and that the keys step through.") var layers = 10

    static let size = Size(columns: 160, rows: 48)

    func validate() throws {
        guard saved != nil || checkpoint != nil && data != nil else {
            throw ValidationError("--checkpoint and --data are needed, or --saved.")
        }
        guard keys >= 1, layers >= 2 else { throw ValidationError("--keys needs 1 or more, --layers 2 or more.") }
    }

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sepal-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try SepalProgram(
            run: saved ?? folder.appending(path: "explorer.sepal").path, answersStatus: !silent)
        if let checkpoint, let data, saved == nil { try measureEngine(program, checkpoint, data) }
        var sizes = SizeReport(layers: layers, keys: keys, answersStatus: !silent)
        for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)] {
            note("\(size.columns)×\(size.rows)")
            sizes.add(
                try SizeFigures(program, size: size, layers: layers, keys: keys),
                try OtherProgram.all.map { try $0.bytesPerSecond(size: size, folder: folder.path) })
        }
        sizes.write()
    }

    /// The first part: the same keys while the engine is at work, and after it.
    private func measureEngine(_ program: SepalProgram, _ checkpoint: String, _ data: String) throws {
        let plan = PlannedKey.plan(count: keys, layers: layers, size: Self.size)

        let (busy, load) = try besideTheEngine(program, checkpoint, data, plan)
        note("the same \(keys) keys on the run file")
        let idle = try program.explorer([program.run], size: Self.size)
        defer { idle.process.end() }
        try idle.settle()
        let control = try plan.map(idle.press)
        ExplorerReport(
            size: Self.size, samples: samples, layers: layers, busy: busy, control: control, load: load
        ).write()
    }

    /// Presses the keys while all processors analyse layers.
    private func besideTheEngine(
        _ program: SepalProgram, _ checkpoint: String, _ data: String, _ plan: [PlannedKey]
    ) throws -> (times: [KeyTimes], load: ProcessorLoad?) {
        let explorer = try program.explorer(
            [checkpoint, "--data", data, "--samples", "\(samples)", "--limit", "\(samples)", "-o", program.run],
            size: Self.size)
        defer { explorer.process.end() }
        note("waiting for \(layers) finished layers")
        repeat { try explorer.listen(seconds: 2) } while try program.finishedLayers() < layers
        try explorer.type("\u{1B}OH")
        try explorer.listen(seconds: 0.5)
        note("pressing \(plan.count) keys")
        let before = ProcessorTimes(process: explorer.process.identifier)
        let times = try plan.map(explorer.press)
        let after = ProcessorTimes(process: explorer.process.identifier)
        guard try !program.isComplete() else { throw BenchError.engineTooFast }
        return (times, after?.load(since: before))
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data("\(text) …\n".utf8)) }
}

enum BenchError: Error, CustomStringConvertible {
    case noProgram(path: String)
    case engineTooFast

    var description: String {
        switch self {
        case .noProgram(let path): "\(path) is missing; build it with swift build -c release --product sepal"
        case .engineTooFast: "the analysis was over before the last key; raise --samples or lower --keys"
        }
    }
}

/// The `sepal` beside this very program, and the run file that it writes.
struct SepalProgram {
    let path: String
    let run: String
    let answersStatus: Bool

    init(run: String, answersStatus: Bool) throws {
        (self.run, self.answersStatus) = (run, answersStatus)
        path = try builtProgram()
    }

    /// Opens the explorer; the environment holds nothing that would make its screen another one.
    func explorer(_ arguments: [String], size: Size) throws -> ExplorerProbe {
        let kept = ["PATH", "LD_LIBRARY_PATH"]
        let environment = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
        return try ExplorerProbe(
            program: path, arguments: ["explore"] + arguments,
            environment: environment.map { "\($0)=\($1)" } + ["TERM=xterm-256color", "LC_ALL=C.UTF-8"],
            size: size, answersStatus: answersStatus)
    }

    func finishedLayers() throws -> Int {
        guard FileManager.default.fileExists(atPath: run) else { return 0 }
        return max(0, try report("--csv").split(whereSeparator: \.isNewline).count - 1)
    }

    func isComplete() throws -> Bool {
        struct Summary: Decodable { var complete: Bool }
        return try JSONDecoder().decode(Summary.self, from: Data(report("--json").utf8)).complete
    }

    private func report(_ format: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = ["report", run, format]
        process.standardOutput = output
        // A run file that is just being made can't be read yet.
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
