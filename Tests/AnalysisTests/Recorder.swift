import Separation
import Synchronization

/// Keeps the progress that it is told.
final class Recorder: Sendable {
    private let state = Mutex<[JobProgress]>([])

    var values: [JobProgress] { state.withLock { $0 } }

    @Sendable func take(_ progress: JobProgress) { state.withLock { $0.append(progress) } }
}
