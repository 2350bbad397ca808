import Explorer
import Formats
import Foundation
import Jobs
import Separation
import Synchronization

/// Where an explorer is in a run, as it tells others.
struct Position: Codable, Equatable, Sendable {
    /// The run file's real path.
    var run: String
    /// An index into the run's layers.
    var layer: Int
    var level: Level
    var tolerance: Double
    var minLength: Int
    /// The explorer's process.
    var process: Int32

    /// Whether that process is still there.
    var isLive: Bool { process > 0 && (kill(process, 0) == 0 || errno == EPERM) }
}

extension Position {
    /// nil where there is none, or what is there can't be understood.
    init?(file path: String) {
        var limits = Limits.standard
        limits.fileBytes = 1 << 16
        guard let bytes = try? readFile(path, limits: limits),
            let position = try? JSONDecoder().decode(Position.self, from: Data(bytes))
        else { return nil }
        self = position
    }
}

/// The small files by which explorers say where they are, one for each run that is looked at: in a folder of the user's
/// own, replaced as a whole, named by a hash of the run file's path.
struct PositionFile: Equatable {
    /// The run file's real path.
    let run: String
    let path: String
    private let folder: String

    /// Nil where there is no such run file.
    init?(run: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let real = realpath(run, nil) else { return nil }
        defer { free(real) }
        self.run = String(cString: real)
        folder = Self.folder(environment)
        path = "\(folder)/\(contentHash(Array(self.run.utf8))).position"
    }

    /// `$XDG_RUNTIME_DIR/sepal`, else one with the user's number among the temporary files.
    private static func folder(_ environment: [String: String]) -> String {
        func folder(_ name: String) -> String? {
            var isFolder: ObjCBool = false
            guard let path = environment[name], path.hasPrefix("/"),
                FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
            else { return nil }
            return path
        }
        if let runtime = folder("XDG_RUNTIME_DIR") { return "\(runtime)/sepal" }
        return "\(folder("TMPDIR") ?? "/tmp")/sepal-\(getuid())"
    }

    /// Whether the folder is there, and this user's alone: others could else say where the explorer is.
    /// - Throws: `OutputError` where it is somebody else's, or open to others.
    private func isFolderThere() throws(OutputError) -> Bool {
        var status = stat()
        guard lstat(folder, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(), status.st_mode & 0o077 == 0 else {
            throw OutputError(path: folder, reason: "not a folder of this user's alone")
        }
        return true
    }

    /// - Throws: `OutputError`.
    func write(_ position: Position) throws {
        if try !isFolderThere() {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST, try isFolderThere() else {
                throw OutputError(path: folder, reason: String(cString: strerror(errno)))
            }
        }
        do { try writeFile(Array(JSONEncoder().encode(position)), to: path) } catch FormatError.unwritable(
            _, let reason)
        {
            throw OutputError(path: path, reason: reason)
        }
    }

    /// Where an explorer is in the run now; nil where none is, or what is there can't be understood.
    /// - Throws: `OutputError` where the folder isn't this user's alone.
    func read() throws(OutputError) -> Position? {
        guard try isFolderThere(), let position = Position(file: path), position.run == run, position.isLive
        else { return nil }
        return position
    }

    /// Takes away the files of explorers that were killed.
    func removeDead() {
        guard (try? isFolderThere()) == true else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasSuffix(".position") {
            let path = "\(folder)/\(name)"
            if let position = Position(file: path), !position.isLive { unlink(path) }
        }
    }

    /// Takes the file away, unless another explorer's is in its place.
    func remove(process: Int32) {
        guard let position = try? read(), position.process == process else { return }
        unlink(path)
    }
}

/// Says where an explorer is, as often as that changes. What it writes is written elsewhere: a disk may be slow, and keys
/// don't wait for it.
final class PositionPublisher: Sendable {
    /// What is to be told.
    private struct Place: Equatable {
        var runFile: String?
        var layer: Int?
        var level: Level
        var tolerance: Double
        var minLength: Int
    }

    private struct State {
        var wanted: Place?
        var isAtWork = false
        var runFile: String?
        var file: PositionFile?
        var problem: OutputError?
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sepal.position", qos: .utility)

    /// What went wrong; nothing is said from there on.
    var problem: OutputError? { state.withLock { $0.problem } }

    /// - Parameter runFiles: the file of each run, in the explorer's order; nil for one that is not in a file.
    func publish(_ model: ExplorerModel, runFiles: [String?]) {
        let place = Place(
            runFile: runFiles.indices.contains(model.shownRun) ? runFiles[model.shownRun] : nil, layer: model.cursor,
            level: model.level, tolerance: model.criterion.tolerance, minLength: model.criterion.minLength)
        let isNew = state.withLock { state in
            guard state.problem == nil, state.wanted != place else { return false }
            state.wanted = place
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
        if isNew { queue.async { self.tell() } }
    }

    /// The newest place; those that came and went meanwhile are left out.
    private func tell() {
        var told: Place?
        while true {
            let next = state.withLock { state -> Place? in
                guard state.problem == nil, state.wanted != told else {
                    state.isAtWork = false
                    return nil
                }
                return state.wanted
            }
            guard let next else { return }
            tell(next)
            told = next
        }
    }

    private func tell(_ place: Place) {
        let (before, file) = state.withLock { ($0.runFile, $0.file) }
        var own = file
        if place.runFile != before {
            file?.remove(process: getpid())
            own = place.runFile.flatMap { PositionFile(run: $0) }
            own?.removeDead()
            state.withLock { ($0.runFile, $0.file) = (place.runFile, own) }
        }
        guard let own, let layer = place.layer else { return }
        do {
            try own.write(
                Position(
                    run: own.run, layer: layer, level: place.level, tolerance: place.tolerance,
                    minLength: place.minLength, process: getpid()))
        } catch {
            let problem = error as? OutputError ?? OutputError(path: own.path, reason: error.localizedDescription)
            state.withLock { $0.problem = problem }
        }
    }

    func withdraw() {
        queue.sync {}
        state.withLock { $0.file }?.remove(process: getpid())
    }
}
