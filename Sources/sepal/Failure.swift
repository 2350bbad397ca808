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

/// Which exit code an error stands for, and its one line.
func describe(_ error: any Error) -> (ExitStatus, String) {
    switch error {
    case let error as PruningError:
        switch error {
        case .noTorchForm, .otherParameters, .otherNetwork, .nothingToCut: (.badData, error.description)
        default: (.usage, error.description)
        }
    case let error as EmptyRun: (.badData, error.description)
    case let error as FigureError:
        switch error {
        case .noLayers: (.badData, error.description)
        case .unknownLayer, .unfinishedLayer: (.usage, error.description)
        case .drawing: (.failed, error.description)
        case .notWritable: (.inputOutput, error.description)
        }
    case let error as SettingsError:
        switch error {
        case .unreadable, .unreadableScript, .unreadableConfiguration, .unreadableNotes:
            (.inputOutput, error.description)
        case .script, .configuration, .notes: (.badData, error.description)
        default: (.usage, error.description)
        }
    case let error as TerminalError: (.failed, error.description)
    default: describeFailure(error)
    }
}
