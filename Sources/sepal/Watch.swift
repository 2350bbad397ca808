import Analysis
import Execution
import Explorer
import Formats
import Foundation
import Jobs
import Kernels
import Separation
import Synchronization

/// Opens the explorer on a folder of checkpoints, and analyses each as it comes.
func explore(
    watching folder: String, data: String, _ arguments: AnalysisArguments, _ screen: ScreenArguments
) throws {
    guard try isDirectory(folder) else { throw UsageError("--watch \(folder): not a folder") }
    let settled = try screen.settled()
    try Outputs([("--record", screen.record)]).check(reading: [folder, data] + settled.files)
    let cancellation = Cancellation.bySignal()
    // All epochs see the same images.
    let pictures = LatestPictures()
    let checkpoints = WatchedCheckpoints()
    try withExplorer(settled, header: nil, arguments: arguments, followsRuns: true) { session, mailbox in
        session.picture = { _, sample in pictures[sample] }
        session.keeper.advice = nil
        let trials = try CutTrials(mailbox, arguments.network) { try checkpoints.base($0, $1, $2, $3) }
        defer { trials.close() }
        session.trials = trials
        let work: @Sendable () -> Void = {
            var watch = Watch(
                folder: CheckpointFolder(path: folder), data: data, arguments: arguments, mailbox: mailbox,
                pictures: pictures, checkpoints: checkpoints, cancellation: cancellation)
            watch.run()
        }
        try withEngine(cancellation, work) { try session.run(first: settled.firstMessages) }
    }
}

/// The pictures of the run analysed last.
private final class LatestPictures: Sendable {
    private let source = Mutex<(any LayerSource)?>(nil)

    func take(_ source: any LayerSource) { self.source.withLock { $0 = source } }

    subscript(sample: Int) -> Thumbnail? { source.withLock { $0 }?.thumbnail(sample) }
}

/// Where each run's network is: those of many epochs are not held.
private final class WatchedCheckpoints: Sendable {
    private let jobs = Mutex<[(job: Job, hash: String)]>([])

    func append(_ job: Job, hash: String) { jobs.withLock { $0.append((job, hash)) } }

    /// - Throws: `UsageError` where the file has been written over.
    func base(
        _ run: Int, _ pool: WorkerPool, _ activations: ActivationStore, _ cancellation: Cancellation
    ) throws -> CutTrials.Base {
        let (job, hash) = jobs.withLock { $0[run] }
        let (input, file, options) = try job.network(pool, activations, cancellation)
        guard file.hash == hash else {
            throw UsageError("\(file.name) has been written over since it was analysed")
        }
        return try CutTrials.Base(input: input, options: options)
    }
}

/// Analyses the checkpoints of a folder one after the other, as long as nobody cancels it.
private struct Watch {
    var folder: CheckpointFolder
    let data: String
    var arguments: AnalysisArguments
    let mailbox: Mailbox
    let pictures: LatestPictures
    let checkpoints: WatchedCheckpoints
    let cancellation: Cancellation
    private var runs = 0
    /// Files that the last look left out.
    private var leftOut = 0
    private var first: RunHeader?
    /// The run of the checkpoint at work, once there is one.
    private var openedRun: Int?

    init(
        folder: CheckpointFolder, data: String, arguments: AnalysisArguments, mailbox: Mailbox,
        pictures: LatestPictures, checkpoints: WatchedCheckpoints, cancellation: Cancellation
    ) {
        self.folder = folder
        self.data = data
        self.arguments = arguments
        self.mailbox = mailbox
        self.pictures = pictures
        self.checkpoints = checkpoints
        self.cancellation = cancellation
    }

    mutating func run() {
        while !cancellation.isCancelled {
            let look = folder.look()
            if look.notUTF8 > leftOut {
                mailbox.post(.notice(Notice("left out \(look.notUTF8) files whose names are not UTF-8")))
            }
            leftOut = look.notUTF8
            guard let checkpoint = look.ready.first else {
                mailbox.post(.status(look.waiting ?? (runs == 0 ? "waiting for a checkpoint" : "watching")))
                Thread.sleep(forTimeInterval: 0.25)
                continue
            }
            do {
                try analyse(checkpoint)
                folder.done(checkpoint)
            } catch KernelError.cancelled {
                return
            } catch {
                failed(checkpoint, describe(error).1)
            }
        }
    }

    /// A file may be half written still, or no checkpoint at all: then it is looked at again when it has changed. One that was
    /// read, but can't be analysed to the end, has its run already, which says why.
    private mutating func failed(_ checkpoint: CheckpointFolder.File, _ reason: String) {
        guard let run = openedRun else { return folder.failed(checkpoint, reason: reason) }
        folder.done(checkpoint)
        mailbox.post(.of(run: run, .jobFailed(reason)))
        mailbox.post(.notice(Notice("\(checkpoint.name): \(reason)", isError: true)))
    }

    private mutating func analyse(_ checkpoint: CheckpointFolder.File) throws {
        openedRun = nil
        var job = Job(source: .files(checkpoint: checkpoint.path, data: data), arguments: arguments)
        job.isInteractive = true
        mailbox.post(.status("reading \(checkpoint.name)"))
        var prepared = try job.prepare(cancellation: cancellation) { _ in }
        if let first { try Comparison.check(first, prepared.job.header) }
        // Later ones appear when they are finished: a preview would be seen by nobody.
        prepared.preview = runs == 0
        let (run, mailbox, name) = (runs, mailbox, checkpoint.name)
        first = first ?? prepared.job.header
        pictures.take(prepared.job.source)
        checkpoints.append(job, hash: prepared.job.header.checkpointHash)
        runs += 1
        openedRun = run
        mailbox.post(.opened(run: run, title: checkpoint.title))
        let header = try prepared.run { event in
            if case .progress(let progress) = event {
                mailbox.post(.status("\(name) \(Int(100 * min(1, max(0, progress.fraction)))) %"))
            }
            mailbox.post(.of(run: run, Message(event)))
        }
        mailbox.post(.of(run: run, .jobFinished))
        // Networks that have learnt something tell how their images are normalised; those of earlier epochs only guess.
        let network = arguments.network
        if network.norm == nil, network.mean == nil, header.warning == nil, !header.mean.isEmpty {
            arguments.network.mean = header.mean.map { "\($0)" }.joined(separator: ",")
            arguments.network.std = header.std.map { "\($0)" }.joined(separator: ",")
        }
    }
}
