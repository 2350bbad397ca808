import Analysis
import Foundation
import Separation
import Synchronization
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Progress on standard error: a bar that redraws itself on a terminal, a line per finished layer elsewhere.
package final class ProgressLine: Sendable {
    private struct State {
        var header: RunHeader?
        var barWidth = 0
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    package init() {}

    package func note(_ text: String) {
        state.withLock { state in
            clear(&state)
            printError(text)
        }
    }

    package func show(_ event: AnalysisEvent) {
        state.withLock { state in
            switch event {
            case .header(let header): state.header = header
            case .progress(let progress) where isTerminal: draw(progress, &state)
            case .layer(let index, let result, isPreview: false) where !isTerminal:
                let count = state.header?.layers.count ?? 0
                writeToStandardError(
                    String(format: "layer %d/%d  ", index + 1, count) + result.name.printable
                        + String(
                            format: "  M %.5f  AQ %.5f  EQ %.5f  r %.4f  Q %.4f  %.1f s\n", result.figures.modularity,
                            result.figures.correctModularity, result.figures.wrongModularity, result.figures.r,
                            result.luModularity, result.seconds))
            default: break
            }
        }
    }

    /// Shows how far other work is, 0 to 1.
    package func show(_ work: String, share: Double) {
        guard isTerminal else { return }
        state.withLock { draw(share, "  \(work)", &$0) }
    }

    package func finish() { state.withLock { clear(&$0) } }

    private func draw(_ progress: JobProgress, _ state: inout State) {
        guard progress.phase != .finished else { return clear(&state) }
        var words = ""
        if let seconds = progress.secondsLeft { words += "  \(duration(seconds)) left" }
        if let layer = progress.layer, let layers = state.header?.layers {
            words += "  \(layers[layer].name) (\(layer + 1)/\(layers.count))"
        }
        draw(progress.fraction, words, &state)
    }

    private func draw(_ fraction: Double, _ words: String, _ state: inout State) {
        let cells = 28
        let filled = Int((Double(cells) * fraction).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled)
        let line = String(("[\(bar)] " + String(format: "%3.0f %%", 100 * fraction) + words).printable.prefix(78))
        writeToStandardError(line + String(repeating: " ", count: max(0, state.barWidth - line.count)), after: "\r")
        state.barWidth = line.count
    }

    private func clear(_ state: inout State) {
        guard isTerminal, state.barWidth > 0 else { return }
        writeToStandardError(String(repeating: " ", count: state.barWidth), after: "\r")
        writeToStandardError("", after: "\r")
        state.barWidth = 0
    }

    private func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(), 359_999))
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
