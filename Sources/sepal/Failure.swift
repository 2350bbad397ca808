import ArgumentParser
import Figures
import Jobs
import NcursesTerminal
import Pruning
import Settings

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

extension PruningError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .noTorchForm, .otherParameters, .otherNetwork, .nothingToCut: .badData
        case .unknownUnit, .insideUnit, .notCuttable, .tooMuch, .unknownFlags: .usage
        }
    }
}

extension FigureError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .noLayers: .badData
        case .unknownLayer, .unfinishedLayer: .usage
        case .drawing: .failed
        case .notWritable: .inputOutput
        }
    }
}

extension SettingsError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .unreadable, .unreadableScript, .unreadableConfiguration, .unreadableNotes: .inputOutput
        case .script, .configuration, .notes: .badData
        case .unknownTheme, .syntax, .unknownKey, .missingKey, .badValue, .badColor: .usage
        }
    }
}

extension TerminalError: Failure {
    package var exitStatus: ExitStatus { .failed }
}
