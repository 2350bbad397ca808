import ArgumentParser
import Foundation
import Text

/// How a command can end, beside 0.
package enum ExitStatus: Int32 {
    case failed = 1
    case thresholdNotMet = 2
    case usage = 64
    case badData = 65
    case inputOutput = 74
    case interrupted = 130
}

/// One line on standard error. Of one that somebody has made very long, beginning and end.
package func printError(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").abridged(to: 4096)
    writeToStandardError("sepal: \(line)\n")
}

/// Text on standard output, in lines; what else may steer a terminal is escaped.
/// - Parameter control: what steers the terminal before it.
/// - Throws: `OutputError` where it can't be written, as on a full disk; `ExitCode` where nobody reads it any more, who
///   needn't be told.
package func writeToStandardOutput(_ text: String, after control: StaticString = "") throws {
    try writeToStandardOutput(document: "\(control)" + text.printableLines)
}

/// What is in a format that has escaped all names in its own way, such as JSON, on standard output.
/// - Throws: as above.
package func writeToStandardOutput(document: String) throws {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data(document.utf8))
    } catch {
        let code = errno
        if code == EPIPE { throw ExitCode(ExitStatus.inputOutput.rawValue) }
        throw OutputError(reason: String(cString: strerror(code)))
    }
}

/// Standard output or a file could not be written.
package struct OutputError: Failure {
    package var path: String
    package var reason: String
    package init(path: String = "standard output", reason: String) { (self.path, self.reason) = (path, reason) }

    package var exitStatus: ExitStatus { .inputOutput }
    package var description: String { "\(path): cannot be written (\(reason)); make room or choose another place" }
}

/// Text on standard error, in lines; what else may steer a terminal is escaped. Where that is closed there is nobody to tell.
/// - Parameter control: what steers the terminal before it.
package func writeToStandardError(_ text: String, after control: StaticString = "") {
    try? FileHandle.standardError.write(contentsOf: Data(("\(control)" + text.printableLines).utf8))
}

/// An error that a command can end with. Its description is one line: what is wrong, where, what to do.
package protocol Failure: Error, CustomStringConvertible {
    var exitStatus: ExitStatus { get }
}

/// Which exit code an error stands for, and its one line.
package func describe(_ error: any Error) -> (ExitStatus, String) {
    ((error as? any Failure)?.exitStatus ?? .failed, "\(error)")
}
