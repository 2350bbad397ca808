import Foundation
import Testing

/// The scripts that complete the command line, as the shells themselves read them.
@Suite struct CompletionTests {
    /// How a shell reads a script without running it.
    static let shells: [(name: String, check: [String], words: String)] = [
        ("bash", ["-n"], "complete "), ("zsh", ["-n"], "#compdef sepal"), ("fish", ["--no-execute"], "complete -c"),
    ]

    @Test(arguments: shells) func scriptsAreMadeAndRead(shell: String, check: [String], words: String) throws {
        let folder = try ScratchFolder()
        let outcome = try Program.run(["--generate-completion-script", shell], in: folder)
        #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
        #expect(outcome.output.contains(words))
        for word in ["explore", "evaluate", "report", "figure", "notes", "theme", "watch", "html"] {
            #expect(outcome.output.contains(word), "\(word)")
        }
        let script = try folder.write(Array(outcome.output.utf8), as: "sepal.\(shell)")
        // Where there is no such shell, nobody needs it.
        guard let path = ["/bin/\(shell)", "/usr/bin/\(shell)"].first(where: FileManager.default.isExecutableFile)
        else { return }
        let child = try ChildProcess(
            path, check + [script], environment: Program.environment(folder),
            streams: [.nothing, .nothing, .file(folder("complaints"))])
        #expect(Deadline().poll { child.end() } == .exited(0), "\(folder.text(of: "complaints"))")
        #expect(folder.text(of: "complaints") == "")
    }
}
