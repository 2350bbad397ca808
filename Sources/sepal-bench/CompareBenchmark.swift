import ArgumentParser
import Foundation

/// `sepal analyze` against a PyTorch script that does the same job, the two taking turns.
struct CompareBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "sepal analyze against a PyTorch script doing the same job, taking turns: time and peak memory.",
        discussion: """
            The script is called as SCRIPT CHECKPOINT DEPTH DATA N OUT.json and leaves in OUT.json an object with \
            "seconds": {"forward", "gram", "metrics"}. Of its time only forward and gram are held against all of sepal's, \
            start and reading included. Nothing else should run.
            """)

    @Option(help: "The PyTorch script.") var script: String
    @Option(help: "A trained network that both can read.") var checkpoint: String
    @Option(help: "The network's depth, which the script has to be told.") var depth: Int
    @Option(help: "CIFAR-10 images in the binary format.") var data: String
    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "Times each side is run.") var rounds = 1

    /// What one run of one side took.
    private struct Cost {
        var seconds: Double
        var peakBytes: Int
    }

    func run() throws {
        let sepal = try builtProgram()
        let folder = FileManager.default.temporaryDirectory.appending(path: "sepal-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "script.json").path
        print("compare, N = \(samples), \(checkpoint.split(separator: "/").last ?? "")")
        var ratios: [Double] = []
        for round in 1...max(1, rounds) {
            let ours = try measure(
                sepal,
                ["analyze", checkpoint, "--data", data, "--limit", "\(samples)", "--samples", "\(samples)", "--json"])
            let whole = try measure(
                "/usr/bin/env", ["python3", script, checkpoint, "\(depth)", data, "\(samples)", output])
            let theirs = try JSONDecoder().decode(
                ScriptReport.self, from: Data(contentsOf: URL(filePath: output))
            ).seconds
            let counted = theirs.forward + theirs.gram
            ratios.append(ours.seconds / counted)
            print("  round \(round)")
            print("    sepal    \(text(ours.seconds, 1)) s in all, \(megabytes(ours)) MB")
            print(
                "    script   \(text(counted, 1)) s counted (forward \(text(theirs.forward, 1)), gram "
                    + "\(text(theirs.gram, 1))), \(text(whole.seconds, 1)) s in all, \(megabytes(whole)) MB")
            print("    sepal / script, counted  \(text(ours.seconds / counted, 3))")
        }
        if rounds > 1 { print("  median ratio  \(text(ratios.median, 3))") }
    }

    private struct ScriptReport: Decodable {
        struct Seconds: Decodable { var forward, gram: Double }
        var seconds: Seconds
    }

    private func megabytes(_ cost: Cost) -> Int { cost.peakBytes >> 20 }

    /// Runs a program to its end with its output thrown away.
    private func measure(_ program: String, _ arguments: [String]) throws -> Cost {
        var usage = rusage()
        let time = try seconds {
            let words = ([program] + arguments).map { strdup($0) }
            defer { words.forEach { free($0) } }
            #if canImport(Glibc)
                var actions = posix_spawn_file_actions_t()
            #else
                var actions: posix_spawn_file_actions_t?
            #endif
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            for descriptor: Int32 in 0...2 {
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
            }
            var identifier = pid_t()
            let status = posix_spawn(&identifier, program, &actions, nil, words + [nil], environ)
            guard status == 0 else { throw PtyError.failed(call: "starting \(program)", code: status) }
            var end: Int32 = 0
            while wait4(identifier, &end, 0, &usage) < 0, errno == EINTR {}
            guard end == 0 else { throw PtyError.ended(program: program) }
        }
        #if canImport(Glibc)
            let peak = usage.ru_maxrss << 10
        #else
            let peak = usage.ru_maxrss
        #endif
        return Cost(seconds: time, peakBytes: peak)
    }
}
