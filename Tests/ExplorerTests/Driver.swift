import Cells
import Plots
import Separation
import Settings
import Testing

@testable import Explorer

/// An explorer with the other end of its effects, which are written down; rings are computed at once where a test is
/// about them.
struct Driver {
    var model: ExplorerModel
    var computesRings = false
    /// The pictures of a run's samples; nil: what asks for them waits.
    var pictures: ((Int) -> Thumbnail?)?
    /// Effects other than rings, in the order in which they came.
    var effects: [Effect] = []
    var ringJobs: [RingKey] = []
    var motionJobs: [MotionJob] = []

    init(
        columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille, theme: String = "dusk",
        dwellSeconds: Double = 1, hasMotion: Bool = false, followsRuns: Bool = false,
        keymap: Keymap = .standard
    ) throws {
        let themes = try ThemeCatalog().themes
        model = ExplorerModel(
            size: Size(columns: columns, rows: rows),
            options: ExplorerOptions(
                themes: themes, theme: theme, glyphs: glyphs, dwellSeconds: dwellSeconds, hasMotion: hasMotion,
                followsRuns: followsRuns, keymap: keymap))
    }

    mutating func send(_ message: Message) {
        var queue = [message]
        while !queue.isEmpty {
            for effect in update(&model, queue.removeFirst()) {
                if case .computeRing(let job) = effect {
                    ringJobs.append(job.key)
                    if computesRings { queue.append(job.message()) }
                } else if case .computeMotion(let job) = effect {
                    motionJobs.append(job)
                } else if case .readPicture(let run, let sample) = effect, let pictures {
                    queue.append(.picture(run: run, sample: sample, pictures(sample)))
                } else {
                    effects.append(effect)
                }
            }
        }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { send(.terminal(.key(key))) }
    }

    /// Types characters.
    mutating func type(_ text: String) {
        for character in text { press(.character(character)) }
    }

    /// Sends a run, all of it or its first layers, as results of the full pass; rings wait for the end, as they would
    /// where layers come fast.
    mutating func load(_ run: SyntheticRun, layers: Int = 19) {
        var messages: [Message] = [.header(run.header)]
        messages += (0..<layers).map { .layer(index: $0, run.layers[$0], isPreview: false) }
        if layers == 19 { messages.append(.jobFinished) }
        for message in messages { _ = update(&model, message) }
        model.rings.pending = nil
        model.pictures.pending = nil
        send(.tick(nowSeconds: 0))
    }

    /// An explorer in which a run has ended.
    static func finished(
        columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille, theme: String = "dusk",
        computesRings: Bool = false
    ) throws -> Driver {
        var driver = try Driver(columns: columns, rows: rows, glyphs: glyphs, theme: theme)
        driver.computesRings = computesRings
        driver.load(SyntheticRun.small)
        return driver
    }

    var screen: [String] { view(model).lines }
    var text: String { screen.joined(separator: "\n") }
}

extension SyntheticRun {
    /// The run most tests share.
    static let small = SyntheticRun()
}
