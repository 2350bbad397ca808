import ArgumentParser

extension ParsableCommand {
    /// Says what has ended a command before its time: its help and the like on standard output, what is wrong on standard
    /// error.
    /// - Returns: the exit code.
    package static func say(_ error: any Error) -> Int32 {
        let status = exitCode(for: error).rawValue
        let text = fullMessage(for: error)
        guard !text.isEmpty else { return status }
        guard status == 0 else {
            writeToStandardError(text + "\n")
            return status
        }
        do {
            // Help and completion scripts, which are the program's own.
            try writeToStandardOutput(document: text + "\n")
            return 0
        } catch let exit as ExitCode {
            return exit.rawValue
        } catch {
            let (status, line) = describe(error)
            printError(line)
            return status.rawValue
        }
    }
}
