import Separation
import Synchronization

/// Adds up the work that workers report and passes on, now and then, how far the job is. Reports come one at a time and
/// never step back; whoever takes them must not call the meter.
final class ProgressMeter: Sendable {
    /// Work in multiply-adds: the images' way through the network, and the similarities of each layer.
    struct Work: Sendable {
        var forward: Double
        var similarities: [Double]
        var total: Double { forward + similarities.reduce(0, +) }
    }

    /// Convolutions reach about half the rate of plain matrix products; it only shapes the estimate of the time left.
    static let forwardWeight = 2.0
    /// Least seconds between two reports of the same layer.
    static let interval = 0.05

    private struct State {
        var forwardShare = 0.0
        var layer: Int?
        var layerShare = 0.0
        var closed = 0.0
        var lastReport = -Double.infinity
    }

    private let phase: JobProgress.Phase
    private let work: Work
    private let report: @Sendable (JobProgress) -> Void
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(phase: JobProgress.Phase, work: Work, report: @escaping @Sendable (JobProgress) -> Void) {
        self.phase = phase
        self.work = work
        self.report = report
    }

    func forward(_ share: Double) { change { $0.forwardShare = max($0.forwardShare, share) } }

    func begin(layer: Int) {
        change(always: true) {
            $0.layer = layer
            $0.layerShare = 0
        }
    }

    func similarity(_ share: Double) { change { $0.layerShare = max($0.layerShare, share) } }

    func end(layer: Int) {
        change {
            $0.closed += work.similarities[layer]
            $0.layerShare = 0
        }
    }

    private func change(always: Bool = false, _ change: (inout State) -> Void) {
        let elapsed = start.duration(to: .now) / .seconds(1)
        state.withLock { state in
            change(&state)
            guard always || elapsed - state.lastReport >= Self.interval else { return }
            state.lastReport = elapsed
            let current = state.layer.map { work.similarities[$0] * state.layerShare } ?? 0
            let fraction = min(1, (work.forward * state.forwardShare + state.closed + current) / max(1, work.total))
            let secondsLeft = elapsed > 0.5 && fraction > 0.01 ? elapsed * (1 - fraction) / fraction : nil
            // Still under the lock: a worker that is held up here must not report behind another that was faster.
            report(JobProgress(phase: phase, layer: state.layer, fraction: fraction, secondsLeft: secondsLeft))
        }
    }
}

/// Seconds since a moment.
func secondsSince(_ start: ContinuousClock.Instant) -> Double { start.duration(to: .now) / .seconds(1) }
