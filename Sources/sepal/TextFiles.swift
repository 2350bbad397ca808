import Formats
import Settings

/// Why a file of text can't be read, for a sentence that names the file.
struct UnreadableText: Error, CustomStringConvertible {
    var description: String
}

/// A file of text that somebody has written.
func readPage(_ path: String) throws(UnreadableText) -> String {
    do { return try readText(path) } catch {
        throw UnreadableText(description: (error as? FormatError)?.reason ?? "\(error)")
    }
}

extension ThemeFiles {
    /// The files of this machine.
    static let system = ThemeFiles(read: readPage, list: { (try? directoryEntries($0)) ?? [] })
}
