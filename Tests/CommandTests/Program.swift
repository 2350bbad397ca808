import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The binary under test, as the build has put it beside the tests.
enum Program {
    /// The nearest `sepal` above what runs the tests: the bundle itself, or what has loaded it.
    static func path() throws -> String {
        let runner = ["/proc/self/exe"].compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: $0) }
        let bundles = Bundle.allBundles.map(\.bundlePath) + [Bundle.main.executablePath].compactMap { $0 }
        let starts = runner + CommandLine.arguments.filter { $0.contains("/") } + bundles
        for start in starts {
            var folder = URL(filePath: start)
            while folder.path != "/", !folder.path.isEmpty {
                folder.deleteLastPathComponent()
                let candidate = folder.appending(path: "sepal").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue,
                    FileManager.default.isExecutableFile(atPath: candidate)
                {
                    return candidate
                }
            }
        }
        throw Failure("no sepal above any of \(starts.joined(separator: ", "))")
    }

    /// An environment in which nothing of the user's own counts.
    static func environment(_ folder: ScratchFolder) -> [String: String] {
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].contains($0.key)
                || $0.key.hasSuffix("SAN_OPTIONS")
        }
        let own = [
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
            // A crash is to end the program, not to start a conversation.
            "SWIFT_BACKTRACE": "enable=no",
        ]
        return inherited.merging(own) { $1 }
    }

    /// Whether it has been built with a sanitizer, which maps more memory than any limit leaves, and may write files of its own.
    static let isSanitized = ProcessInfo.processInfo.environment["SEPAL_PATIENCE"] != nil

    /// A program that starts another, `$0` with `"$@"`, by a script whose mounts nobody else sees.
    static func mounting(_ script: String) -> [String] { ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script] }

    /// Whether this user can mount anything, as root can.
    static let canMount: Bool = {
        guard let folder = try? ScratchFolder() else { return false }
        let command = mounting("mount -t tmpfs none '\(folder.path)'")
        let child = try? ChildProcess(
            command[0], Array(command.dropFirst()), environment: environment(folder),
            streams: [.nothing, .nothing, .nothing])
        return child.flatMap { child in Deadline().poll { child.end() } } == .exited(0)
    }()

    /// How a command without a screen ended, and what it said.
    struct Outcome: CustomStringConvertible {
        var end: ChildProcess.End
        var output: String
        var errors: String

        var errorLines: [Substring] { errors.split(separator: "\n") }

        var description: String {
            "\(end)\n--- standard output\n\(output.prefix(4000))\n--- standard error\n\(errors.prefix(4000))"
        }

        /// Standard output, which has to be JSON.
        func json() throws -> JSONValue { try #require(try? JSONValue(output), "\(self)") }
    }

    /// Runs a command to its end, away from any terminal.
    /// - Parameters:
    ///   - wrapper: a program, with its first arguments, that starts it.
    ///   - sink: a file for standard output that is not read.
    ///   - meanwhile: asked time and again with what is on standard error so far, and the process's id.
    static func run(
        _ arguments: [String], in folder: ScratchFolder, by wrapper: [String] = [], sink: String? = nil,
        meanwhile: (String, pid_t) -> Void = { _, _ in }
    ) throws -> Outcome {
        let number = UInt32.random(in: 0...UInt32.max)
        let (output, errors) = ("output-\(number)", "errors-\(number)")
        let command = try wrapper + [path()] + arguments
        let child = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: environment(folder),
            streams: [.nothing, .file(sink ?? folder(output)), .file(folder(errors))])
        let end = Deadline().poll {
            if let end = child.end() { return end }
            meanwhile(folder.text(of: errors), child.pid)
            return nil
        }
        guard let end else {
            child.kill()
            throw Failure("sepal \(arguments.joined(separator: " ")) does not end: \(folder.text(of: errors))")
        }
        return Outcome(end: end, output: sink == nil ? folder.text(of: output) : "", errors: folder.text(of: errors))
    }
}
