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

    @Test(.enabled(if: !Program.isSanitized, "sanitizers map more than any limit leaves")) func littleMemory() throws {
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
    @Test(.enabled(if: !Program.isSanitized, "sanitizers map more than any limit leaves")) func arraysAreRefused()
        throws
    {
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
    @Test(
        .enabled(
            if: becomesNobody && !Program.isSanitized, "takes root, who can become somebody without any other process"))
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

    /// A control group as a container's files have it, put where the system has its own.
    @Test(.enabled(if: Program.canMount, "takes a user who can mount file systems"))
    func aControlGroupIsKeptTo() throws {
        for name in ["group", "group/memory", "group/cpu"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
        }
        for (name, text) in [
            ("memory.max", "33554432"), ("cpu.max", "100000 100000"), ("memory/memory.limit_in_bytes", "33554432"),
            ("cpu/cpu.cfs_quota_us", "100000"), ("cpu/cpu.cfs_period_us", "100000"),
        ] {
            _ = try folder.write(Array(text.utf8), as: "group/\(name)")
        }
        let path = try folder.write(LargeFeatures.bytes(samples: 1000, features: 8000), as: "large.safetensors")
        var workers = 0
        let outcome = try Program.run(
            ["analyze", path], in: folder,
            by: Program.mounting(#"mount --bind '\#(folder("group"))' /sys/fs/cgroup && exec "$0" "$@""#)
        ) { _, pid in
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            let names = threads.map { try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/comm", encoding: .utf8) }
            workers = max(workers, names.count { $0?.hasPrefix("sepal-worker") == true })
        }
        #expect(outcome.end == .exited(0), "\(outcome)")
        // Half of what there is.
        #expect(outcome.errors.contains("activations beyond 16 MB go to scratch files"), "\(outcome)")
        #expect(workers == 1)
    }

    private static let memoryIsSeen =
        FileManager.default.fileExists(atPath: "/proc/self/status") && !Program.isSanitized

    /// Activations, and bytes for screening them, beyond `--memory` stand in a scratch file, whose pages the system takes back.
    @Test(.enabled(if: memoryIsSeen)) func memoryIsBounded() throws {
        let path = try folder.write(LargeFeatures.bytes(samples: 3000, features: 8000), as: "large.safetensors")
        let peaks = try peaks([path, "--edges", "1000"])
        // The layer takes 94 MB, its bytes 24.
        #expect(peaks.anonymous < 16 + 70 && peaks.file > 80, "\(peaks)")
    }

    @Test(.enabled(if: memoryIsSeen)) func memoryOfANetworkIsBounded() throws {
        let (images, side) = (600, 64)
        var numbers = Numbers(seed: 5)
        let pixels = (0..<images * side * side).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        let data = SmallImages.npz([
            ("images", "|u1", [images, 1, side, side], pixels),
            ("labels", "<i8", [images], (0..<images).flatMap { little(Int64($0 % 10)) }),
        ])
        let peaks = try peaks([arguments[1], "--data", folder.write(data, as: "large.npz"), "--norm", "none"])
        // A layer's input and output take 39 MB each.
        #expect(peaks.anonymous < 16 + 110 && peaks.file > 60, "\(peaks)")
    }

    /// The most memory of both kinds that an analysis within 16 MB has had, in MB.
    private func peaks(_ inputs: [String]) throws -> (anonymous: Int, file: Int) {
        var peaks = (anonymous: 0, file: 0)
        let outcome = try Program.run(["analyze"] + inputs + ["--memory", "16M"], in: folder) { _, pid in
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
        return peaks
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
