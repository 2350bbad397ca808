import Formats
import Foundation

/// A folder into which a training writes checkpoints: which of them are whole and new.
///
/// A file counts as whole when neither its size nor its time has changed between two looks a second apart, and as new when it
/// has never been taken as it is now: one that is written over again and again is a new one each time.
struct CheckpointFolder {
    /// A file as it was at a look.
    struct File: Hashable {
        var path: String
        var name: String
        var size: Int
        var modified: Date
        /// How often a file of this path has been taken before.
        var takenBefore = 0

        /// The name without its extension, and which of several states of the file it is.
        var title: String {
            let stem = URL(filePath: name).deletingPathExtension().lastPathComponent
            return takenBefore == 0 ? stem : "\(stem) (\(takenBefore + 1))"
        }
    }

    static let extensions: Set<String> = ["pth", "pt", "th", "ckpt", "bin", "safetensors", "onnx"]
    /// Seconds that a file has to stay as it is.
    static let settling = 1.0

    let path: String
    private let now: () -> Double
    /// How each file was when it was first seen as it is, and when.
    private var seen: [String: (file: File, since: Double)] = [:]
    private var taken: [String: [File]] = [:]
    private var failures: [String: (file: File, reason: String)] = [:]

    /// - Parameter now: seconds on a clock that never goes back.
    init(path: String, now: @escaping () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }) {
        self.path = path
        self.now = now
    }

    /// What is there: files that can be taken, in the order of their names as people number them, a word on what isn't
    /// ready, and how many names are not UTF-8.
    mutating func look() -> (ready: [File], waiting: String?, notUTF8: Int) {
        let now = now()
        let (names, notUTF8) = (try? directoryContents(path)) ?? ([], 0)
        var ready: [File] = []
        var waiting: String?
        for name in names.sorted(by: Self.isBefore) {
            guard let file = file(name) else { continue }
            if let state = seen[name], state.file == file {
                if now - state.since < Self.settling {
                    waiting = waiting ?? "waiting for \(name)"
                } else if let failure = failures[name], failure.file == file {
                    waiting = "\(name) waited for: \(failure.reason)"
                } else {
                    ready.append(file)
                }
            } else {
                seen[name] = (file, now)
                waiting = waiting ?? "waiting for \(name)"
            }
        }
        return (ready, waiting, notUTF8)
    }

    mutating func done(_ file: File) { taken[file.name, default: []].append(file) }

    /// - Parameter reason: what is wrong, with or without the file's name before it.
    mutating func failed(_ file: File, reason: String) {
        let lead = [file.path, file.name].map { "\($0): " }.first { reason.hasPrefix($0) } ?? ""
        failures[file.name] = (file, String(reason.dropFirst(lead.count)))
    }

    /// The file as it is now; nil for what is no checkpoint by its name, is hidden, empty, or was taken as it is.
    private func file(_ name: String) -> File? {
        guard !name.hasPrefix("."), Self.extensions.contains(URL(filePath: name).pathExtension.lowercased()) else {
            return nil
        }
        // Of a link what it leads to counts; one into this folder is that file once more, as `last.pth` often is.
        let path = URL(filePath: "\(path)/\(name)").resolvingSymlinksInPath()
        let folder = URL(filePath: self.path).resolvingSymlinksInPath()
        guard path.lastPathComponent == name || path.deletingLastPathComponent().path != folder.path,
            let attributes = try? FileManager.default.attributesOfItem(atPath: path.path),
            attributes[.type] as? FileAttributeType != .typeDirectory,
            let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        let before = taken[name] ?? []
        if let last = before.last, last.size == size, last.modified == modified { return nil }
        return File(path: path.path, name: name, size: size, modified: modified, takenBefore: before.count)
    }

    /// `epoch-2` before `epoch-10`.
    private static func isBefore(_ first: String, _ second: String) -> Bool {
        let order = first.compare(second, options: [.numeric, .caseInsensitive])
        return order == .orderedSame ? first < second : order == .orderedAscending
    }
}
