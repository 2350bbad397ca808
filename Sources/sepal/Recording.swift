import Cells
import Foundation
import Jobs

/// What a terminal shows, written to a file as it goes: asciicast version 2, which asciinema plays.
final class Recording {
    private let path: String
    private let file: FileHandle
    private let start = ContinuousClock.now
    /// What went wrong while writing; the recording ends there.
    private(set) var problem: OutputError?

    private struct Header: Encodable {
        var version = 2
        var width: Int
        var height: Int
        var title: String
        var env: [String: String]
    }

    /// - Throws: `OutputError` where the file can't be made.
    init(path: String) throws(OutputError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw OutputError(path: path, reason: String(cString: strerror(errno))) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Says what is shown on, before anything is.
    func begin(size: Size, terminal: String) {
        add(Header(width: size.columns, height: size.rows, title: "sepal", env: ["TERM": terminal]))
    }

    /// A frame, or part of one, as sent to the terminal.
    func show(_ bytes: [UInt8]) { event("o", String(decoding: bytes, as: UTF8.self)) }

    func resize(_ size: Size) { event("r", "\(size.columns)x\(size.rows)") }

    private struct Event: Encodable {
        let seconds: Double
        let kind: String
        let text: String

        func encode(to encoder: any Encoder) throws {
            var array = encoder.unkeyedContainer()
            try array.encode(seconds)
            try array.encode(kind)
            try array.encode(text)
        }
    }

    private func event(_ kind: String, _ text: String) {
        let seconds = ((start.duration(to: .now) / .seconds(1)) * 1000).rounded() / 1000
        add(Event(seconds: seconds, kind: kind, text: text))
    }

    private func add(_ line: some Encodable) {
        guard problem == nil else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do { try file.write(contentsOf: encoder.encode(line) + Data("\n".utf8)) } catch {
            problem = OutputError(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
