import Foundation
import RunStore
import Testing

/// Jobs that die, and disks that fill up: what was finished stays, and the job goes on from there to the same figures.
@Suite struct CrashTests {
    private let folder: ScratchFolder
    private let path: String
    private let command: [String]

    init() throws {
        folder = try ScratchFolder()
        path = folder("run.sepal")
        command = try ["analyze"] + folder.writeInputs(SmallImages(count: 240)) + ["--threads", "1", "-o", path]
    }

    /// What a run has found, layer by layer, but for the time it took.
    private func figures(_ path: String) throws -> (layers: [JSONValue], isComplete: Bool) {
        let report = try Program.run(["report", path, "--json"], in: folder)
        #expect(report.end == .exited(0), "\(report)")
        let json = try report.json()
        return ((json["layers"]?.elements ?? []).map { $0.without("seconds") }, json["complete"] == .bool(true))
    }

    /// Flags need the whole curve, and there are none for a part of it.
    private func withoutFlags(_ layer: JSONValue) -> JSONValue {
        layer.names.filter { $0.lowercased().contains("flag") }.reduce(layer) { $0.without($1) }
    }

    /// An undisturbed run's figures, and how long it takes.
    private func undisturbed() throws -> (layers: [JSONValue], seconds: Double) {
        let start = ContinuousClock.now
        let run = try Program.run(command.dropLast() + [folder("whole.sepal")], in: folder)
        let seconds = start.duration(to: .now) / .seconds(1)
        #expect(run.end == .exited(0), "\(run)")
        return (try figures(folder("whole.sepal")).layers, seconds)
    }

    @Test func killedAtAnyMoment() throws {
        let kills = TerminalSetting.isThorough ? 50 : 6
        let (whole, seconds) = try undisturbed()
        #expect(whole.count == SmallNetwork.layers.count)
        var moments = Numbers(seed: 5)
        var kept = 0
        var interrupted = 0
        for kill in 1...kills {
            let child = try ChildProcess(
                Program.path(), command, environment: Program.environment(folder),
                streams: [.nothing, .nothing, .nothing])
            usleep(UInt32(Double(moments.next() % 1000) / 1000 * 1.1 * seconds * 1e6))
            if child.end() == nil {
                child.kill()
                interrupted += 1
            }
            guard FileManager.default.fileExists(atPath: path) else {
                #expect(kept == 0, "after \(kill) kills")
                continue
            }
            let (layers, isComplete) = try figures(path)
            #expect(layers.count >= kept, "after \(kill) kills")
            #expect(layers.map(withoutFlags) == whole.prefix(layers.count).map(withoutFlags), "after \(kill) kills")
            kept = layers.count
            if isComplete {
                #expect(layers == whole, "after \(kill) kills")
                try FileManager.default.removeItem(atPath: path)
                kept = 0
            }
        }
        #expect(interrupted > kills / 2, "too few of \(kills) came before the end")
        let last = try Program.run(command, in: folder)
        #expect(last.end == .exited(0), "\(last)")
        let (layers, isComplete) = try figures(path)
        #expect(isComplete && layers == whole)
        // Nothing but the run and what a kill in the middle of its making may have left.
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains("run.sepal-wal") && !left.contains("run.sepal-shm"), "\(left)")
    }

    /// Two jobs write one file: the one that comes second to a layer gives up, the other doesn't notice.
    @Test func twoWriters() throws {
        let (whole, _) = try undisturbed()
        let other = try ChildProcess(
            Program.path(), command, environment: Program.environment(folder), streams: [.nothing, .nothing, .nothing])
        let one = try Program.run(command, in: folder)
        let end = try #require(Deadline().poll { other.end() })
        let ends = [one.end, end]
        #expect(ends.contains(.exited(0)), "\(ends), \(one)")
        if one.end != .exited(0) {
            #expect(one.end == .exited(74) || one.end == .exited(65), "\(one)")
            #expect(one.errorLines.last?.contains("run.sepal: ") == true, "\(one)")
        }
        let (layers, isComplete) = try figures(path)
        #expect(isComplete && layers == whole)
    }

    /// A file system of its own, that fills up within the job and is enlarged after it.
    @Test(.enabled(if: FullDisk.canBeMade, "needs leave to mount a file system in a namespace of its own"))
    func aFullDiskKeepsWhatWasFinished() throws {
        let (whole, _) = try undisturbed()
        let run = (try [Program.path()] + command.dropLast()).map { "'\($0)'" }.joined(separator: " ")
        let disk = folder("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        // Two thirds of what it takes, and SQLite's index of the companion file.
        let size = try Data(contentsOf: URL(filePath: folder("whole.sepal"))).count * 2 / 3 + 32768
        let script = """
            mount -t tmpfs -o size=\(size) none '\(disk)' || exit 99
            \(run) '\(disk)/run.sepal' >/dev/null 2>'\(folder("full.txt"))'; echo $? >'\(folder("code.txt"))'
            cp '\(disk)'/run.sepal* '\(folder.path)'
            mount -o remount,size=9m '\(disk)' || exit 98
            \(run) '\(disk)/run.sepal' >/dev/null 2>'\(folder("again.txt"))' || exit 97
            cp '\(disk)/run.sepal' '\(folder("enlarged.sepal"))'
            """
        #expect(try FullDisk.run(script, in: folder) == .exited(0), "\(folder.text(of: "again.txt"))")
        #expect(folder.text(of: "code.txt") == "74\n")
        let errors = folder.text(of: "full.txt")
        let last = errors.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("sepal: ") && last.contains("disk is full") && last.contains("make room"), "\(errors)")
        let (layers, isComplete) = try figures(path)
        #expect(!isComplete && (1..<whole.count).contains(layers.count), "\(layers.count) layers in \(size) bytes")
        #expect(layers.map(withoutFlags) == whole.prefix(layers.count).map(withoutFlags))
        let resumed = try figures(folder("enlarged.sepal"))
        #expect(resumed.isComplete && resumed.layers == whole)
    }
}

/// Small file systems, which nobody else sees.
private enum FullDisk {
    static let canBeMade: Bool = {
        guard let folder = try? ScratchFolder() else { return false }
        return (try? run("mount -t tmpfs -o size=64k none '\(folder.path)'", in: folder)) == .exited(0)
    }()

    static func run(_ script: String, in folder: ScratchFolder) throws -> ChildProcess.End? {
        let child = try ChildProcess(
            "/usr/bin/unshare", ["--mount", "--map-root-user", "/bin/sh", "-c", script],
            environment: Program.environment(folder), streams: [.nothing, .nothing, .nothing])
        return Deadline().poll { child.end() }
    }
}
