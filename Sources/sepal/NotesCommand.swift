import ArgumentParser
import Foundation
import Jobs
import RunStore
import Separation
import Settings
import Text

struct NotesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notes",
        abstract: "Shows a speaker's notes of the layer that the explorer is at, in a second terminal.",
        discussion: """
              sepal explore run.sepal      in the terminal that the audience sees
              sepal notes run.sepal        in the speaker's own; it follows

            Notes are lines of LAYER: WORDS, several to a layer if need be; those of * are for layers without any; # \
            begins a comment.
            """)

    @Argument(help: ArgumentHelp("The run file that the explorer has open.", valueName: "run"))
    var runFile: String

    @Option(name: .long, help: ArgumentHelp("The notes. Default: beside the run, as NAME.notes.", valueName: "notes"))
    var file: String?

    func run() throws {
        try reporting {
            try Outputs().check(reading: [runFile, file])
            let store = try RunStore.open(path: runFile)
            defer { store.close() }
            let header = try store.header()
            let notes = try readNotes(header)
            guard let positions = PositionFile(run: runFile) else {
                throw OutputError(path: runFile, reason: "no such file")
            }
            try NotesFollower(name: runFile, store: store, notes: notes, positions: positions).follow()
        }
    }

    /// - Throws: `SettingsError`; without `--file` there needn't be any.
    private func readNotes(_ header: RunHeader) throws(SettingsError) -> Notes {
        let path = file ?? URL(filePath: runFile).deletingPathExtension().path + ".notes"
        let text: String
        do { text = try readPage(path) } catch {
            guard file == nil, !FileManager.default.fileExists(atPath: path) else {
                throw .unreadableNotes(file: path, reason: "\(error)")
            }
            printError("\(path): no such file, so there are no notes; write lines of LAYER: WORDS, or give --file")
            return try Notes("", file: path)
        }
        let notes = try Notes(text, file: path)
        let known = Set(header.layers.map(\.name))
        for mention in notes.mentions where !known.contains(mention.layer) {
            printError("\(path):\(mention.line): '\(mention.layer)' is no layer of this run")
        }
        return notes
    }
}

/// Shows the notes of a run's layers as the explorer goes from one to the next.
private struct NotesFollower {
    let name: String
    let store: RunStore
    let notes: Notes
    let positions: PositionFile

    private let isTerminal = isatty(STDOUT_FILENO) == 1
    /// How often one looks where the explorer is.
    private static let interval: Int32 = 80

    init(name: String, store: RunStore, notes: Notes, positions: PositionFile) {
        self.name = name
        self.store = store
        self.notes = notes
        self.positions = positions
    }

    /// Follows until one of the own streams ends.
    /// - Throws: `OutputError`, `RunStoreError`.
    func follow() throws {
        var shown: [String] = []
        var page: [String] = []
        var last: (position: Position, columns: Int)?
        var wasThere = false
        while true {
            let (columns, rows) = (outputColumns, outputRows)
            if let position = try positions.read() {
                // A layer that wasn't finished is looked for again.
                if last?.position != position || last?.columns != columns || page.contains(NotesPage.unfinished) {
                    page = try lines(position, columns)
                }
                last = (position, columns)
                wasThere = true
            } else {
                page = [
                    wasThere ? "the explorer is closed; waiting for it" : "waiting for: sepal explore \(name)"
                ]
                last = nil
            }
            let fitted = rows.map { NotesPage.fitted(page + ["", "Ctrl-C leaves"], rows: $0) } ?? page
            if fitted != shown {
                try show(fitted)
                shown = fitted
            }
            if hasEnded() { return }
        }
    }

    private func lines(_ position: Position, _ columns: Int) throws -> [String] {
        NotesPage(header: try store.header(), results: try store.figures(), notes: notes)
            .lines(position, width: columns)
    }

    /// Anew on a terminal, below what was there elsewhere.
    private func show(_ page: [String]) throws {
        let text = page.map(\.printable).joined(separator: "\n") + "\n"
        guard isTerminal else { return try writeToStandardOutput(text + "\n") }
        guard (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty else {
            return try writeToStandardOutput(text, after: "\u{1B}[H\u{1B}[2J")
        }
        let first = text.prefix { $0 != "\n" }
        try writeToStandardOutput(String(first), after: "\u{1B}[H\u{1B}[2J\u{1B}[1m")
        try writeToStandardOutput(String(text.dropFirst(first.count)), after: "\u{1B}[0m")
    }

    /// Waits a moment; whether standard input has ended, or nobody reads standard output any more.
    private func hasEnded() -> Bool {
        // What never ends, or has ended from the start, says nothing.
        var descriptors = [pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)]
        if Self.isWatched(STDIN_FILENO) {
            descriptors.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0))
        }
        guard poll(&descriptors, nfds_t(descriptors.count), Self.interval) > 0 else { return false }
        let gone = Int32(POLLHUP) | Int32(POLLERR)
        for descriptor in descriptors {
            let events = Int32(descriptor.revents)
            if events & Int32(POLLIN) != 0 {
                var bytes = [UInt8](repeating: 0, count: 256)
                let count = read(descriptor.fd, &bytes, bytes.count)
                if count == 0 || (count < 0 && errno == EIO) { return true }
            } else if events & gone != 0 {
                return true
            }
        }
        return false
    }

    private static func isWatched(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return isatty(descriptor) == 1 || [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }
}
