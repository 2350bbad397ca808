import Analysis
import ArgumentParser
import Datasets
import Execution
import Formats
import Foundation
import Kernels
import RunStore
import Separation

/// How a command can end, beside 0.
package enum ExitStatus: Int32 {
    case failed = 1
    case thresholdNotMet = 2
    case usage = 64
    case badData = 65
    case inputOutput = 74
    case interrupted = 130
}

/// One line on standard error.
package func printError(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    writeToStandardError("sepal: \(line)\n")
}

/// Text on standard output.
/// - Throws: `OutputError` where it can't be written, as on a full disk; `ExitCode` where nobody reads it any more, who
///   needn't be told.
package func writeToStandardOutput(_ text: String) throws {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
        let code = errno
        if code == EPIPE { throw ExitCode(ExitStatus.inputOutput.rawValue) }
        throw OutputError(reason: String(cString: strerror(code)))
    }
}

/// Standard output or a file could not be written.
package struct OutputError: Error, CustomStringConvertible {
    package var path: String
    package var reason: String
    package init(path: String = "standard output", reason: String) { (self.path, self.reason) = (path, reason) }

    package var description: String { "\(path): cannot be written (\(reason)); make room or choose another place" }
}

/// Text on standard error; where that is closed there is nobody to tell.
package func writeToStandardError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

/// Which exit code an error of an analysis stands for, and its one line.
package func describeFailure(_ error: any Error) -> (ExitStatus, String) {
    switch error {
    case KernelError.cancelled: (.interrupted, "interrupted")
    case let error as FormatError: (error.isInputOutput ? .inputOutput : .badData, error.description)
    case let error as RunStoreError: (error.isBadContent ? .badData : .inputOutput, error.description)
    case let error as SeparationError:
        if case .badOption = error { (.usage, error.description) } else { (.badData, error.description) }
    case let error as AnalysisError:
        if case .unknownNormalization = error { (.usage, error.description) } else { (.badData, error.description) }
    case let error as ThresholdError: (.usage, error.description)
    case let error as UsageError: (.usage, error.description)
    case let error as OutputError: (.inputOutput, error.description)
    case let error as DatasetError: (.badData, error.description)
    case let error as ExecutionError: (.failed, error.description)
    case let error as KernelError: (.failed, error.description)
    default: (.failed, "\(error)")
    }
}
