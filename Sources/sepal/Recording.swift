import Cells
import Formats
import Foundation
import Jobs

/// What a terminal shows, written down as it goes: asciicast version 2, which asciinema plays. The file is there once the
/// recording has ended.
final class Recording {
    private let draft: FileDraft
    private let start = ContinuousClock.now
    /// Bytes of the lines that are whole.
    private var length = 0
    /// What went wrong while writing; the recording ends there.
    private(set) var problem: FormatError?

    private struct Header: Encodable {
        var version = 2
        var width: Int
        var height: Int
        var title: String
        var env: [String: String]
    }

    /// - Throws: `FormatError.unwritable`.
    init(path: String) throws(FormatError) { draft = try FileDraft(of: path) }

    /// Says what is shown on, before anything is.
    func begin(size: Size, terminal: String) {
        add(Header(width: size.columns, height: size.rows, title: "sepal", env: ["TERM": terminal]))
    }

    /// A frame, or part of one, as sent to the terminal.
    func show(_ bytes: [UInt8]) { event("o", String(decoding: bytes, as: UTF8.self)) }

    func resize(_ size: Size) { event("r", "\(size.columns)x\(size.rows)") }

    /// Puts the recording into its file: where something went wrong, as far as it goes.
    /// - Throws: `FormatError.unwritable`.
    func finish() throws(FormatError) {
        if problem != nil { try draft.truncate(to: length) }
        try draft.commit()
    }

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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Numbers and text can always be encoded.
        guard problem == nil, let line = (try? encoder.encode(line)).map({ Array($0) + [UInt8(ascii: "\n")] }) else {
            return
        }
        do throws(FormatError) {
            try draft.append(line)
            length += line.count
        } catch {
            problem = error
        }
    }
}
