import Analysis
import Figures
import Jobs
import Plots
import Separation

/// The report as one page of HTML that stands alone: it takes nothing from elsewhere and needs no script.
struct ReportPage {
    let report: Report
    let figures: PageFigures?
    /// Edges by class at the curve's peak; nil where no layer is finished.
    let peakEdges: ClassEdges?

    private var header: RunHeader { report.header }
    private var level: LevelFlags { report.flags[header.level] }

    func html() -> String {
        let title = "\(header.checkpoint): separation of classes, layer by layer"
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="generator" content="sepal \(programVersion)">
            <title>\(title)</title>
            <style>
            \(HTML(markup: PageStyle.css))
            </style>
            </head>
            <body>
            <header>
            <h1>\(title)</h1>
            <p class="muted">\(header.architecture) · \(header.data)</p>
            </header>
            <main>
            \([warnings, origin, curve, criterion, rings, histograms, classes, layers].compactMap(\.self))
            </main>
            <footer>
            <p>sepal \(programVersion). M is the modularity of Yang et al., Understanding the class separation process of \
            convolutional neural networks; Q that of Lu et al., Understanding the Dynamics of DNNs Using Graph \
            Modularity.</p>
            </footer>
            </body>
            </html>

            """
        return page.text
    }

    // MARK: Where it comes from

    private var warnings: HTML? {
        let words = report.warnings.map { "Warning: \($0)." } + [header.warning].compactMap(\.self)
        guard !words.isEmpty else { return nil }
        return "\(words.map { "<p class=\"warning\">\($0)</p>" as HTML })"
    }

    private var origin: HTML {
        let dot = " · "
        var facts: [(String, String)] = [
            ("checkpoint", header.checkpoint), ("its hash", header.checkpointHash),
            (
                "network",
                header.architecture
                    + (header.parameters > 0 ? "\(dot)\(NumberText.grouped(header.parameters)) parameters" : "")
            ),
            ("data", header.data), ("its hash", header.dataHash),
            ("classes", classNames),
            ("order", header.order + (header.seed.map { "\(dot)seed \($0)" } ?? "")),
        ]
        if !header.mean.isEmpty {
            let numbers = [("mean", header.mean), ("std", header.std)].map { name, values in
                "\(name) " + values.map { NumberText.fixed($0, decimals: 4) }.joined(separator: ", ")
            }
            facts.append(("normalised as", ([header.normName] + numbers).joined(separator: dot)))
        }
        facts += [
            ("accuracy", header.accuracy.map { NumberText.fixed(100 * $0, decimals: 2) + " %" } ?? "unknown"),
            (
                "graph",
                "N = \(NumberText.grouped(header.samples))\(dot)|E| = \(NumberText.grouped(header.edges))"
                    + "\(dot)\(header.normalization.rawValue) normalization"
            ),
            ("histograms", "over \(NumberText.grouped(header.histogramSamples)) samples"),
            ("Lu et al.’s graph", "k = \(header.k)" + (header.luProtocol ? "\(dot)their protocol" : "")),
            (
                "Criterion I",
                "τ = \(NumberText.fixed(header.tolerance, decimals: 3))\(dot)L = \(header.minLength)"
                    + "\(dot)level \(header.level.rawValue)"
            ),
            ("made by", "sepal \(header.version)"),
        ]
        if let seconds = report.seconds {
            facts.append(("time", "\(NumberText.fixed(seconds.total, decimals: 1)) s"))
        }
        return section(
            "The run",
            """
            <dl>
            \(facts.filter { !$0.1.isEmpty }.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" as HTML })
            </dl>
            """)
    }

    private var classNames: String {
        let names = header.classes.prefix(20).joined(separator: ", ")
        return "\(NumberText.grouped(header.classes.count)): \(names)\(header.classes.count > 20 ? ", …" : "")"
    }

    // MARK: Figures

    private var curve: HTML? {
        figures.map { figures in
            section(
                "Modularity",
                figure(
                    figures.curve,
                    """
                    Below each curve stands what Criterion I says: a bar is a plateau, ▲ the peak, ▼ a decline, › a layer \
                    past the peak; hollow where the support is below \(NumberText.fixed(Separation.Flag.firmSupport, decimals: 1)).
                    """))
        }
    }

    private var rings: HTML? {
        figures.map { figures in
            section(
                "Ring graphs",
                figure(
                    figures.rings,
                    """
                    Samples stand on a circle, class by class; the strongest pairs are joined, blue within a class, orange \
                    between two. \(shown(figures.layers)).
                    """))
        }
    }

    private var histograms: HTML? {
        figures.map { figures in
            section(
                "Similarity",
                figure(figures.histograms, "Cosine similarities of all pairs. \(shown(figures.histogramLayers))."))
        }
    }

    private func shown(_ count: Int) -> String {
        count == report.finished.count
            ? "All layers are shown" : "\(count) of \(report.finished.count) layers are shown"
    }

    private func figure(_ drawings: [HTML], _ caption: String) -> HTML {
        "<figure>\n\(drawings)\n<figcaption>\(caption)</figcaption>\n</figure>"
    }

    private func section(_ title: String, _ content: HTML) -> HTML {
        "<section>\n<h2>\(title)</h2>\n\(content)\n</section>"
    }

    // MARK: Criterion I

    private var criterion: HTML {
        let sentences = report.findings(width: 100_000).map { "<p>\($0)</p>" as HTML }
        let rows = report.candidates.map { layer -> HTML in
            """
            <tr><td>\(layer + 1)</td><th scope="row" class="name">\(header.layers[layer].name)</th>\
            <td class="name">\(flagWords(layer))</td><td>\(parameters(header.layers[layer]))</td></tr>
            """
        }
        guard !rows.isEmpty else { return section("Criterion I", "\(sentences)") }
        return section(
            "Criterion I",
            """
            \(sentences)
            <div class="table"><table>
            <thead><tr><th scope="col">no.</th><th scope="col" class="name">may be cut</th>\
            <th scope="col" class="name">because of (support)</th><th scope="col">parameters</th></tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table></div>
            <p class="muted">Support is the share of ten curves, strayed from M as far as its error says, that agree.</p>
            """)
    }

    /// `decline (1.0), plateau (0.6, weak)`.
    private func flagWords(_ layer: Int) -> String {
        let curve = level.modularity
        return curve.flags[layer].flags.map { flag -> String in
            guard let support = curve.support[layer][flag] else { return flag.rawValue }
            let weak = support < Separation.Flag.firmSupport ? ", weak" : ""
            return "\(flag.rawValue) (\(NumberText.fixed(support, decimals: 1))\(weak))"
        }.joined(separator: ", ")
    }

    private func parameters(_ layer: LayerDescription) -> String {
        header.parameters > 0 ? NumberText.grouped(layer.parameters) : "–"
    }

    // MARK: Tables

    private var classes: HTML? {
        guard let peak = level.modularity.peak, let peakEdges else { return nil }
        return section(
            "Classes at the peak, \(header.layers[peak].name)",
            ClassTable(classes: header.classes, edges: peakEdges).html)
    }

    private var layers: HTML {
        let columns = [
            "no.", "layer", "shape", "parameters", "M ± error", "AQ", "EQ", "r", "γ", "Q", "correct", "wrong",
            "% below 0.5", "flags of M (support)",
        ]
        let words: Set = ["layer", "shape", "flags of M (support)"]
        let titles = columns.map { title -> HTML in
            words.contains(title)
                ? "<th scope=\"col\" class=\"name\">\(title)</th>" : "<th scope=\"col\">\(title)</th>"
        }
        return section(
            "All layers",
            """
            <div class="table"><table>
            <thead><tr>\(titles)</tr></thead>
            <tbody>
            \(header.layers.indices.map(row))
            </tbody>
            </table></div>
            """)
    }

    private func row(_ index: Int) -> HTML {
        let layer = header.layers[index]
        let start: HTML = """
            <td>\(index + 1)</td><th scope="row" class="name">\(layer.name)</th>\
            <td class="name">\(layer.shape.map(String.init).joined(separator: "×"))</td><td>\(parameters(layer))</td>
            """
        guard let result = report.results[index] else {
            return "<tr>\(start)<td class=\"name\" colspan=\"10\">not finished</td></tr>"
        }
        let figures = result.figures
        func fixed(_ value: Double, _ decimals: Int = 4) -> String { NumberText.fixed(value, decimals: decimals) }
        let cells = [
            "\(fixed(figures.modularity)) ± \(fixed(figures.standardError))", fixed(figures.correctModularity),
            fixed(figures.wrongModularity), fixed(figures.r), fixed(result.clustering.global),
            fixed(result.luModularity), NumberText.grouped(figures.correct), NumberText.grouped(figures.wrong),
            fixed(100 * result.histogram.shareBelowHalf, 2),
        ].map { "<td>\($0)</td>" as HTML }
        let isPeak = level.modularity.peak == index
        let kind: HTML = isPeak ? " class=\"peak\"" : ""
        return "<tr\(kind)>\(start)\(cells)<td class=\"name\">\(flagWords(index))</td></tr>"
    }
}

/// Edges by class as a table, the most confused pairs alone where there are many classes.
struct ClassTable {
    /// More columns can't be looked through.
    static let mostClasses = 20

    let classes: [String]
    let edges: ClassEdges

    var html: HTML { classes.count <= Self.mostClasses ? matrix : pairs }

    private var matrix: HTML {
        let counts = edges.pairs
        let most = (
            correct: counts.filter { $0.first == $0.second }.map(\.count).max() ?? 0,
            wrong: counts.filter { $0.first != $0.second }.map(\.count).max() ?? 0
        )
        let totals = edges.totals(classes: classes.count)
        let rows = classes.indices.map { a -> HTML in
            let cells = classes.indices.map { b -> HTML in
                let count = edges[a, b]
                let shade = Self.shade(count, of: a == b ? most.correct : most.wrong)
                let kind = shade > 0 ? " class=\"\(a == b ? "c" : "w")\(shade)\"" : ""
                return "<td\(HTML(markup: kind))>\(NumberText.grouped(count))</td>"
            }
            let all = totals[a].correct + totals[a].wrong
            let share =
                all == 0 ? "–" : NumberText.fixed(100 * Double(totals[a].wrong) / Double(all), decimals: 0) + " %"
            return "<tr><th scope=\"row\" class=\"name\">\(classes[a])</th>\(cells)<td>\(share)</td></tr>"
        }
        return """
            <div class="table"><table class="matrix">
            <thead><tr><th class="name">edges</th>\(classes.map { "<th scope=\"col\">\($0)</th>" as HTML })\
            <th scope="col">wrong</th></tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table></div>
            """
    }

    /// 0 for none, else 1 to the strongest.
    private static func shade(_ count: Int, of most: Int) -> Int {
        count == 0 || most == 0
            ? 0 : max(1, Int((Double(PageStyle.shadeSteps) * Double(count) / Double(most)).rounded()))
    }

    private var pairs: HTML {
        func name(_ label: Int) -> String { classes.indices.contains(label) ? classes[label] : "class \(label)" }
        let rows = edges.mostConfused(15).map { pair -> HTML in
            """
            <tr><td class="name">\(name(pair.first))</td><td class="name">\(name(pair.second))</td>\
            <td>\(NumberText.grouped(pair.count))</td></tr>
            """
        }
        return """
            <div class="table"><table>
            <thead><tr><th scope="col" class="name">most confused</th><th scope="col" class="name">with</th>\
            <th scope="col">wrong edges</th></tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table></div>
            """
    }
}
