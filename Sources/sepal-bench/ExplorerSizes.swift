import Cells
import Foundation

/// What the explorer of a finished run does at one size of the terminal.
struct SizeFigures {
    static let idleSeconds = 10.0

    var size: Size
    /// Milliseconds from a key to the end of its frame.
    var frames: [Double]
    /// Bytes of each step between layers whose rings are there, and of each other key.
    var stepBytes: [Double]
    var otherBytes: [Double]
    /// Bytes of each step with all that moves until the next ring stands.
    var motionBytes: [Double]
    /// Bytes written while nobody does anything.
    var idleBytes: Int

    init(_ program: SepalProgram, size: Size, layers: Int, keys: Int) throws {
        let explorer = try program.explorer([program.run], size: size)
        defer { explorer.process.end() }
        try explorer.settle()
        // The way there and back makes the rings.
        let way = PlannedKey.wayAndBack(layers: layers, size: size)
        for key in way { _ = try explorer.press(key) }
        try explorer.settle()
        idleBytes = try explorer.listen(seconds: Self.idleSeconds)
        stepBytes = try way.map { Double(try explorer.press($0).bytes) }
        motionBytes = try way.map { key in
            var key = key
            key.pause = 0
            return Double(try explorer.press(key).bytes + explorer.listen(seconds: 0.8))
        }
        let times = try PlannedKey.plan(count: keys, layers: layers, size: size).map(explorer.press)
        frames = times.map { $0.frame * 1000 }
        otherBytes = times.filter { $0.group != .step }.map { Double($0.bytes) }
        self.size = size
    }
}

/// A program that shows something new by itself, to compare with.
struct OtherProgram {
    static let seconds = 10.0
    static let all = [
        OtherProgram(name: "btop", arguments: ["--utf-force"]), OtherProgram(name: "nvtop", arguments: []),
    ]

    var name: String
    var arguments: [String]

    /// What it writes at its own pace; nil where it isn't installed, or doesn't run here.
    func bytesPerSecond(size: Size, folder: String) throws -> Double? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
        guard let program = candidates.first(where: FileManager.default.isExecutableFile) else { return nil }
        let probe = try ExplorerProbe(
            program: program, arguments: arguments,
            // Its settings are those it comes with.
            environment: ["PATH=\(path)", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "HOME=\(folder)"], size: size)
        defer { probe.process.end() }
        do {
            // What it draws at first doesn't count.
            try probe.listen(seconds: 3)
            let bytes = try probe.listen(seconds: Self.seconds)
            return Double(bytes) / Self.seconds
        } catch PtyError.ended { return nil }
    }
}

/// The figures of all sizes side by side.
struct SizeReport {
    var layers: Int
    var keys: Int
    var answersStatus: Bool
    private var columns: [(sepal: SizeFigures, others: [Double?])] = []

    init(layers: Int, keys: Int, answersStatus: Bool) {
        (self.layers, self.keys, self.answersStatus) = (layers, keys, answersStatus)
    }

    mutating func add(_ sepal: SizeFigures, _ others: [Double?]) { columns.append((sepal, others)) }

    func write() {
        let terminal = answersStatus ? "answers" : "doesn't answer"
        print(
            "a finished run, \(keys) keys among \(layers) layers, a terminal that \(terminal) when asked for its status"
        )
        row("") { "\($0.sepal.size.columns)×\($0.sepal.size.rows)" }
        row("sepal  frame after a key, ms, p50") { text($0.sepal.frames.median, 1) }
        row("                              p99") { text($0.sepal.frames.percentile(0.99), 1) }
        row("       bytes a layer step, p50") { text($0.sepal.stepBytes.median, 0) }
        row("                           p95") { text($0.sepal.stepBytes.percentile(0.95), 0) }
        row("       with the ring's way, p50") { text($0.sepal.motionBytes.median, 0) }
        row("       bytes another key, p50") { text($0.sepal.otherBytes.median, 0) }
        row("                          p95") { text($0.sepal.otherBytes.percentile(0.95), 0) }
        row("       bytes idle for \(text(SizeFigures.idleSeconds, 0)) s, to be 0") { "\($0.sepal.idleBytes)" }
        for (index, other) in OtherProgram.all.enumerated() {
            let name = other.name.padded(to: 7) + "bytes a second, by itself"
            row(name) { $0.others[index].map { text($0, 0) } ?? "skipped" }
            if columns.contains(where: { $0.others[index] == nil }) {
                print("       (skipped: \(other.name) is not installed, or doesn't run here)")
            }
        }
    }

    private func row(_ name: String, _ figure: ((sepal: SizeFigures, others: [Double?])) -> String) {
        print("  " + name.padded(to: 42) + columns.map { figure($0).padded(to: 10, atRight: false) }.joined())
    }
}
