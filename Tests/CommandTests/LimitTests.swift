import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Limits on the process: less memory, fewer threads. Whatever there is too little of, a command ends by itself, and with one line.
@Suite struct LimitTests {
    private let folder: ScratchFolder
    private let arguments: [String]

    init() throws {
        folder = try ScratchFolder()
        arguments = try ["analyze"] + folder.writeInputs()
    }

    /// Sanitizers map more than any limit leaves them.
    private static let isSanitized = ProcessInfo.processInfo.environment["SEPAL_PATIENCE"] != nil

    /// The table, without times.
    private func figures(_ outcome: Program.Outcome) -> [Substring] {
        outcome.output.split(separator: "\n").filter { $0.contains("±") }
    }

    private func check(_ outcome: Program.Outcome, _ limit: String, result: [Substring]) {
        switch outcome.end {
        case .exited(0): #expect(figures(outcome) == result, "\(limit): \(outcome)")
        case .exited(1), .exited(65), .exited(74):
            let lines = outcome.errors.split(whereSeparator: \.isNewline)
            #expect(lines.last?.hasPrefix("sepal: ") == true, "\(limit): \(outcome)")
            #expect(!lines.contains { $0.contains("atal error") }, "\(limit): \(outcome)")
        // What the loader of libraries says where not even they have room.
        case .exited(127): #expect(outcome.errors.contains("shared object"), "\(limit): \(outcome)")
        default: Issue.record("\(limit): \(outcome)")
        }
    }

    @Test(.enabled(if: !isSanitized, "sanitizers map more than any limit leaves")) func littleMemory() throws {
        let result = figures(try Program.run(arguments, in: folder))
        var ends: [ChildProcess.End] = []
        for kilobytes in stride(from: 180_000, to: 800_000, by: 60_000) {
            let outcome = try Program.run(
                arguments, in: folder, by: ["/bin/sh", "-c", #"ulimit -v \#(kilobytes) && exec "$0" "$@""#])
            check(outcome, "\(kilobytes)", result: result)
            ends.append(outcome.end)
        }
        // From hardly any to more than enough.
        #expect(ends.contains(.exited(1)) && ends.contains(.exited(0)), "\(ends)")
    }

    /// What the C library is asked for, and not the engine: an array of Swift's ends the program as well, but with one line.
    @Test(.enabled(if: !isSanitized, "sanitizers map more than any limit leaves")) func arraysAreRefused() throws {
        let network = try folder.write(SmallNetwork(channels: 3).bytes, as: "colour.safetensors")
        // 20,000 images of CIFAR's format, all of one class.
        let images = try folder.write([UInt8](repeating: 0, count: 20_000 * 3073), as: "test_batch.bin")
        var lines: [Substring] = []
        for kilobytes in stride(from: 140_000, through: 300_000, by: 20_000) {
            let outcome = try Program.run(
                ["evaluate", network, "--data", images, "--norm", "none", "--threads", "1"], in: folder,
                by: ["/bin/sh", "-c", #"ulimit -v \#(kilobytes) && exec "$0" "$@""#])
            check(outcome, "\(kilobytes)", result: [])
            lines += outcome.errors.split(whereSeparator: \.isNewline).suffix(1)
        }
        #expect(lines.contains { $0.hasPrefix("sepal: out of memory: a limit") }, "\(lines)")
    }

    private static let becomesNobody = getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    /// Root is not bound by that limit, and any other user has other processes.
    @Test(.enabled(if: becomesNobody && !isSanitized, "takes root, who can become somebody without any other process"))
    func fewThreads() throws {
        let result = figures(try Program.run(arguments, in: folder))
        _ = chmod(folder.path, 0o755)
        let nobody = ["/usr/bin/setpriv", "--reuid", "64321", "--clear-groups"]
        for processes in [1, 2, 3, 4, 5, 8] {
            let outcome = try Program.run(
                arguments + ["--threads", "4"], in: folder,
                by: ["/usr/bin/prlimit", "--nproc=\(processes)"] + nobody)
            check(outcome, "\(processes)", result: result)
            if outcome.end == .exited(1) { #expect(outcome.errors.contains("thread"), "\(outcome)") }
        }
    }

    /// Activations, and bytes for screening them, beyond `--memory` stand in a scratch file, whose pages the system takes back.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status") && !isSanitized))
    func memoryIsBounded() throws {
        let (samples, features) = (3000, 8000)
        let path = try folder.write(LargeFeatures.bytes(samples: samples, features: features), as: "large.safetensors")
        var peaks = (anonymous: 0, file: 0)
        let outcome = try Program.run(["analyze", path, "--memory", "16M", "--edges", "1000"], in: folder) { _, pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            func megabytes(_ name: String) -> Int {
                let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
                return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Int($0) }.map {
                    $0 >> 10
                } ?? 0
            }
            peaks.anonymous = max(peaks.anonymous, megabytes("RssAnon"))
            peaks.file = max(peaks.file, megabytes("RssFile"))
        }
        #expect(outcome.end == .exited(0), "\(outcome)")
        #expect(outcome.errors.contains("scratch files"), "\(outcome)")
        // The layer takes 94 MB, its bytes 24.
        #expect(peaks.anonymous < 16 + 70 && peaks.file > 80, "\(peaks)")
    }
}

/// A layer of three classes as safetensors.
private enum LargeFeatures {
    static func bytes(samples: Int, features: Int) -> [UInt8] {
        let (layer, labels) = (samples * features * 4, samples * 8)
        let header =
            Array(
                #"{"layer":{"dtype":"F32","shape":[\#(samples),\#(features)],"data_offsets":[0,\#(layer)]},"#.utf8)
            + Array(
                #""labels":{"dtype":"I64","shape":[\#(samples)],"data_offsets":[\#(layer),\#(layer + labels)]}}"#.utf8)
        var state: UInt32 = 1
        let values = (0..<samples * features).map { index -> Float in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8) + (index / features % 3 == index % 3 ? 4e6 : 0)
        }
        return little(UInt64(header.count)) + header + values.withUnsafeBytes(Array.init)
            + (0..<samples).map { Int64($0 % 3) }.withUnsafeBytes(Array.init)
    }
}
