import Analysis
import Cells
import Explorer
import Foundation
import Kernels
import NcursesTerminal
import RunStore
import Separation
import Settings
import Synchronization

/// Opens the explorer on a job that runs beside it.
func explore(_ job: Job, _ screen: ScreenArguments) throws {
    var job = job
    job.isInteractive = true
    let script = try screen.script()
    let cancellation = Cancellation()
    // Read on the ordinary screen while there is something to wait for, and found there again afterwards.
    let prepared = try job.prepare(cancellation: cancellation) { printError($0) }
    let header = prepared.job.header
    let outcome = Outcome()
    let ended = DispatchSemaphore(value: 0)
    try withExplorer(screen, script, header: header, arguments: job.arguments) { session, mailbox in
        let engine = Thread {
            do {
                outcome.succeed(try prepared.run { mailbox.post(Message($0)) })
                mailbox.post(.jobFinished)
            } catch {
                outcome.fail(error)
                if (error as? KernelError) != .cancelled { mailbox.post(.jobFailed(describe(error).1)) }
            }
            ended.signal()
        }
        engine.stackSize = 8 << 20
        engine.start()
        defer {
            cancellation.cancel()
            // Finished layers are safe already; a job that hangs must not keep the terminal.
            _ = ended.wait(timeout: .now() + 2)
        }
        try session.run(first: screen.firstMessages)
    }
    if let error = outcome.error { throw error }
    if let warning = outcome.header?.warning { printError(warning) }
}

/// Opens the explorer on a saved run.
func explore(runFile: String, _ arguments: AnalysisArguments, _ screen: ScreenArguments) throws {
    let script = try screen.script()
    let store = try RunStore.open(path: runFile)
    let header = try store.header()
    let results = try store.results()
    let isComplete = try store.isComplete()
    store.close()
    var messages = [Message.header(header)]
    for case (let index, let result?) in results.enumerated() {
        messages.append(.layer(index: index, result, isPreview: false))
    }
    if isComplete { messages.append(.jobFinished) }
    try withExplorer(screen, script, header: header, arguments: arguments) { session, mailbox in
        // Reading maps and reckoning CKA takes a second where there are many layers.
        DispatchQueue.global(qos: .utility).async { tellGeometry(runFile: runFile, to: mailbox) }
        session.isLive = false
        try session.run(first: messages + [.terminal(.key(.home))] + screen.firstMessages)
    }
}

/// Posts how the layers of a saved run lie. What can't be read is left out: the figures are there without it.
private func tellGeometry(runFile: String, to mailbox: Mailbox) {
    guard let store = try? RunStore.open(path: runFile), let count = (try? store.header())?.layers.count else { return }
    defer { store.close() }
    for layer in 0..<count {
        guard let map = try? store.map(layer: layer) else { continue }
        mailbox.post(.geometry(layer: layer, map, alignments: []))
    }
    guard let alignment = try? store.alignment() else { return }
    for layer in 0..<count { mailbox.post(.geometry(layer: layer, nil, alignments: alignment.row(layer))) }
}

/// Opens the terminal, hands out a session on it, and gives the terminal back whatever happens.
private func withExplorer(
    _ screen: ScreenArguments, _ script: KeyScript, header: RunHeader, arguments: AnalysisArguments,
    _ body: (ExplorerSession, Mailbox) throws -> Void
) throws {
    let environment = ProcessInfo.processInfo.environment
    var catalog = try ThemeCatalog(folder: ThemeCatalog.userFolder(environment: environment))
    let chosen = try screen.theme.map { try catalog.select($0) }
    let recording = try screen.record.map { path throws(OutputError) in try Recording(path: path) }
    guard let mailbox = Mailbox() else { throw TerminalError.failed(call: "pipe", code: errno) }
    let terminal = try NcursesTerminal(options: TerminalOptions(colors: screen.noColor ? .never : screen.color))
    defer {
        terminal.restore()
        for problem in catalog.problems { printError(problem.description) }
        if let hint = terminal.hint { printError(hint) }
        if let problem = recording?.problem { printError(problem.description) }
    }
    if let recording {
        recording.begin(size: terminal.size, terminal: terminal.type)
        terminal.onFrame = recording.show
    }
    let glyphs: GlyphSet = terminal.isUnicode ? (terminal.type == "linux" ? .blocks : .braille) : .ascii
    let options = ExplorerOptions(
        themes: catalog.themes, theme: chosen?.name ?? (terminal.colorDepth == .never ? "mono" : "dusk"),
        glyphs: screen.glyphs ?? glyphs, level: arguments.level ?? header.level,
        criterion: CriterionOptions(
            tolerance: arguments.tolerance ?? header.tolerance, minLength: arguments.minLength ?? header.minLength),
        dwellSeconds: screen.play ?? 1, loops: screen.loop)
    let session = ExplorerSession(terminal: terminal, mailbox: mailbox, options: options)
    session.script = script.instructions[...]
    session.recording = recording
    try body(session, mailbox)
}

/// How a job beside the explorer ended.
private final class Outcome: Sendable {
    private let state = Mutex<Result<RunHeader, any Error>?>(nil)

    func succeed(_ header: RunHeader) { state.withLock { $0 = .success(header) } }
    func fail(_ error: any Error) { state.withLock { $0 = .failure(error) } }

    var header: RunHeader? { state.withLock { try? $0?.get() } }

    /// What went wrong, unless it was only that the user left.
    var error: (any Error)? {
        state.withLock { result in
            guard case .failure(let error) = result, (error as? KernelError) != .cancelled else { return nil }
            return error
        }
    }
}

extension ScreenArguments {
    /// What the options ask the explorer to do at once.
    var firstMessages: [Message] { play == nil ? [] : [.terminal(.key(.character(" ")))] }
}

extension Message {
    init(_ event: AnalysisEvent) {
        switch event {
        case .header(let header): self = .header(header)
        case .progress(let progress): self = .progress(progress)
        case .layer(let index, let result, let isPreview): self = .layer(index: index, result, isPreview: isPreview)
        case .geometry(let layer, let map, let row): self = .geometry(layer: layer, map, alignments: row)
        }
    }
}
