import Cells
import Separation

/// The top line: what is looked at, and how far the analysis is.
struct HeaderView {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let name = [painter.span(" sepal", .accent)]
        painter.write(name, column: rect.minColumn, row: rect.minRow, width: rect.columns)
        let left = name.width + 2
        let room = rect.columns - left - 1
        let (items, progress) = (itemVariants(painter), progressVariants(painter))
        // Where both can't be there in full, each gives a little; of two ways as good, the fuller description.
        var best: (cost: Int, description: [Span], status: [Span])?
        for (loss, description) in items {
            for (shortening, status) in progress.enumerated() where description.width + 2 + status.width <= room {
                // The time left goes last of all.
                let cost = loss + (shortening == progress.count - 1 && shortening > 1 ? 24 : 2 * shortening)
                if cost < best?.cost ?? .max { best = (cost, description, status) }
            }
        }
        if let best {
            painter.write(best.description, column: left, row: rect.minRow, width: room)
            painter.write(best.status, endingAt: rect.maxColumn - 1, row: rect.minRow, width: room)
            return
        }
        let status = painter.fitting(progress, width: room)
        painter.write(status, endingAt: rect.maxColumn - 1, row: rect.minRow, width: room)
    }

    // MARK: What is looked at

    /// The same description, shorter and shorter, with what is lost each time.
    private func itemVariants(_ painter: Painter) -> [(Int, [Span])] {
        guard let header = model.run.header else { return waiting(painter) }
        let file = Self.fileName(header.checkpoint)
        let stem = Self.stem(file)
        let data = Self.fileName(header.data)
        let family = String(header.architecture.prefix { $0 != "," })
        let accuracy = header.accuracy.map { "accuracy \(Numbers.percent($0))" }
        let counts = ["N \(Numbers.grouped(header.samples))", "|E| \(Numbers.grouped(header.edges))"]
        // A checkpoint called after its architecture needn't say it twice.
        let short = stem.hasPrefix(family) ? [stem] : [stem, family]
        let lists: [(Int, [String?])] = [
            (0, [file, header.architecture, data, accuracy] + counts),
            (1, [stem, header.architecture, data, accuracy] + counts),
            (2, [stem, family, data, accuracy] + counts),
            (4, short + [data, accuracy] + counts),
            (10, short + [accuracy] + counts),
            (12, short + [accuracy, counts[0]]),
            (14, short + [accuracy]),
            (16, short), (17, [stem]), (18, [family]),
        ]
        let place = place(painter)
        return lists.map { ($0, place + line($1.compactMap { $0 }, painter)) } + (place.isEmpty ? [] : [(20, place)])
    }

    /// Which of several runs is looked at, on a slider.
    private func place(_ painter: Painter) -> [Span] {
        let count = model.runs.count
        guard count > 1 else { return [] }
        let width = min(12, count)
        let knob = model.shownRun * (width - 1) / (count - 1)
        return [
            painter.span(String(repeating: "─", count: knob), .frame), painter.span("●", .accent),
            painter.span(String(repeating: "─", count: width - 1 - knob), .frame),
            painter.span(" \(model.shownRun + 1)/\(count) ", .muted),
        ] + (isNamedAfterCheckpoint ? [] : [painter.span("\(title)  ", .title)])
    }

    private var title: String { model.run.title.truncated(toCells: 24, ellipsis: model.glyphs.ellipsis) }

    /// Whether the run's title says no more than what comes behind it.
    private var isNamedAfterCheckpoint: Bool {
        model.run.header.map { Self.stem(Self.fileName($0.checkpoint)) == model.run.title } ?? false
    }

    /// What there is to say before a run is known; a long word is cut.
    private func waiting(_ painter: Painter) -> [(Int, [Span])] {
        let words = model.status ?? "reading …"
        return [.max, 100, 70, 50, 30, 15].enumerated().map { index, width in
            (index, [painter.span(words.truncated(toCells: width, ellipsis: painter.glyphs.ellipsis), .muted)])
        }
    }

    private func line(_ items: [String], _ painter: Painter) -> [Span] {
        items.enumerated().flatMap { index, item in
            (index > 0 ? [painter.span(" · ", .frame)] : []) + [painter.span(item, index == 0 ? .title : .muted)]
        }
    }

    /// A path's last component.
    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A file's name without its extension.
    private static func stem(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    // MARK: How far the analysis is

    private func progressVariants(_ painter: Painter) -> [[Span]] {
        let run = model.run
        let count = run.layers.count
        if run.failure != nil { return [[painter.span("\(run.finishedCount) of \(count) layers · stopped", .muted)]] }
        if run.isFinished || run.progress?.phase == .finished || run.progress == nil {
            guard count > 0 else { return [[]] }
            let done = run.finishedCount == count ? "\(count) layers" : "\(run.finishedCount) of \(count) layers"
            if let status = model.status {
                return [[painter.span("\(done) · ", .muted), painter.span(status, .text)]]
                    + [.max, 60, 40, 24, 12].map { width in
                        [painter.span(status.truncated(toCells: width, ellipsis: model.glyphs.ellipsis), .text)]
                    }
            }
            return [[painter.span(done, .muted)], []]
        }
        guard let progress = run.progress else { return [[]] }
        let percent = "\(Int((100 * min(1, max(0, progress.fraction))).rounded(.down))) %"
        let left = progress.secondsLeft.map { "\(Numbers.duration($0)) left" }
        let phase: String
        switch progress.phase {
        case .loading: phase = "loading"
        case .preview: phase = "preview"
        case .full, .finished: phase = progress.layer.map { "layer \($0 + 1) of \(count)" } ?? "analysing"
        }
        let words = [painter.span(phase, .muted)]
        let figures = [painter.span(percent, .text)] + (left.map { [painter.span(" · \($0)", .muted)] } ?? [])
        let gap = [painter.span("  ", .muted)]
        return [
            words + gap + bar(progress.fraction, width: 16, painter) + gap + figures,
            words + gap + bar(progress.fraction, width: 8, painter) + gap + figures,
            bar(progress.fraction, width: 8, painter) + gap + figures,
            figures,
            [painter.span(percent, .text)],
        ]
    }

    private func bar(_ fraction: Double, width: Int, _ painter: Painter) -> [Span] {
        let done = min(width, max(0, Int((fraction * Double(width)).rounded(.down))))
        return [
            painter.span(String(repeating: "━", count: done), .accent),
            painter.span(String(repeating: "─", count: width - done), .frame),
        ]
    }
}
