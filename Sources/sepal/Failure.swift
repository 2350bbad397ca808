import Analysis
import ArgumentParser
import Datasets
import Execution
import Figures
import Foundation
import Formats
import Kernels
import NcursesTerminal
import Pruning
import RunStore
import Separation
import Settings

/// How a command can end, beside 0.
enum ExitStatus: Int32 {
    case failed = 1
    case thresholdNotMet = 2
    case usage = 64
    case badData = 65
    case inputOutput = 74
    case interrupted = 130
}

/// Runs a command's work; an error becomes one line on standard error and the exit code that scripts depend on.
func reporting<Result>(_ work: () throws -> Result) throws -> Result {
    do {
        return try work()
    } catch let exit as ExitCode {
        throw exit
    } catch {
        let (status, text) = describe(error)
        if status != .interrupted { printError(text) }
        throw ExitCode(status.rawValue)
    }
}

/// One line on standard error.
func printError(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    writeToStandardError("sepal: \(line)\n")
}

/// Text on standard output.
/// - Throws: `OutputError` where it can't be written, as on a full disk.
func writeToStandardOutput(_ text: String) throws {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
        throw OutputError(reason: String(cString: strerror(errno)))
    }
}

/// Standard output or a file could not be written.
struct OutputError: Error, CustomStringConvertible {
    var path = "standard output"
    var reason: String
    var description: String { "\(path): cannot be written (\(reason)); make room or choose another place" }
}

/// Text on standard error; where that is closed there is nobody to tell.
func writeToStandardError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

/// Which exit code an error stands for, and its one line.
func describe(_ error: any Error) -> (ExitStatus, String) {
    switch error {
    case KernelError.cancelled: (.interrupted, "interrupted")
    case let error as FormatError: (error.isInputOutput ? .inputOutput : .badData, error.description)
    case let error as RunStoreError: (error.isBadContent ? .badData : .inputOutput, error.description)
    case let error as SeparationError:
        if case .badOption = error { (.usage, error.description) } else { (.badData, error.description) }
    case let error as AnalysisError:
        if case .unknownNormalization = error { (.usage, error.description) } else { (.badData, error.description) }
    case let error as PruningError:
        switch error {
        case .noTorchForm, .otherParameters, .otherNetwork, .nothingToCut: (.badData, error.description)
        default: (.usage, error.description)
        }
    case let error as UsageError: (.usage, error.description)
    case let error as OutputError: (.inputOutput, error.description)
    case let error as EmptyRun: (.badData, error.description)
    case let error as FigureError:
        switch error {
        case .noLayers: (.badData, error.description)
        case .unknownLayer, .unfinishedLayer: (.usage, error.description)
        case .drawing: (.failed, error.description)
        case .notWritable: (.inputOutput, error.description)
        }
    case let error as DatasetError: (.badData, error.description)
    case let error as ThresholdError: (.usage, error.description)
    case let error as SettingsError:
        switch error {
        case .unreadable, .unreadableScript, .unreadableConfiguration, .unreadableNotes:
            (.inputOutput, error.description)
        case .script, .configuration, .notes: (.badData, error.description)
        default: (.usage, error.description)
        }
    case let error as ExecutionError: (.failed, error.description)
    case let error as KernelError: (.failed, error.description)
    case let error as TerminalError: (.failed, error.description)
    default: (.failed, "\(error)")
    }
}
