/// The stylesheet of the report's page. Dark screens get the figures in other colours, paper always the printed ones.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --ground: #fff; --text: #1a1a1a; --muted: #5c5c5c; --rule: #d5d5d5;
          --shade: #f4f4f4; --correct: 0, 114, 178; --wrong: 230, 159, 0; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 66rem; background: var(--ground);
          color: var(--text); font: 16px/1.5 system-ui, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 2.5rem 0 .6rem; border-bottom: 1px solid var(--rule); padding-bottom: .25rem; }
        p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
        .muted, figcaption, footer { color: var(--muted); font-size: .875rem; }
        .warning { border-left: 4px solid #d55e00; padding: .25rem .75rem; background: var(--shade); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: .5rem 0; }
        dt { color: var(--muted); }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        figure { margin: 1rem 0; }
        figcaption { max-width: 46rem; }
        svg { display: block; width: 100%; height: auto; }
        svg text { white-space: pre; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .15rem .6rem; text-align: right; white-space: nowrap; }
        thead th { border-bottom: 1px solid var(--muted); vertical-align: bottom; }
        tbody tr:nth-child(even) { background: var(--shade); }
        th.name, td.name { text-align: left; }
        tbody th { font-weight: normal; }
        tr.peak th, tr.peak td { font-weight: 600; }
        .matrix tbody tr:nth-child(even) { background: none; }
        .matrix thead th { max-width: 7rem; overflow: hidden; text-overflow: ellipsis; }
        \(shades)
        footer { margin-top: 3rem; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --ground: #15181c; --text: #e4e4e4; --muted: #a3a8ae; --rule: #3a4048; --shade: #1d2126;
            --correct: 86, 180, 233; }
        \(darkFigures)
          svg image { filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; }
        }
        @media print {
          @page { margin: 15mm; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          h2 { break-after: avoid; }
          figure, dl, tr, .matrix { break-inside: avoid; }
          .table { overflow: visible; }
          table { font-size: 7pt; }
          th, td { padding: .1rem .35rem; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """

    /// Steps of a cell's shade, faint to strong.
    static let shadeSteps = 8

    private static let shades = (1...shadeSteps).flatMap { step in
        [("c", "correct"), ("w", "wrong")].map { letter, name in
            ".\(letter)\(step) { background: rgba(var(--\(name)), .\(step < 2 ? "08" : "\(step - 1)")); }"
        }
    }.joined(separator: "\n")

    /// What the inks of the printed figures become on a dark ground: an element's style outdoes its attributes.
    private static let darkInks = [
        ("white", "#15181c"), ("#ffffff", "#15181c"), ("#1a1a1a", "#e4e4e4"), ("#5c5c5c", "#a3a8ae"),
        ("#8a8a8a", "#767c84"), ("#e2e2e2", "#31373e"), ("#f1f1f1", "#21262c"), ("#0072b2", "#56b4e9"),
        ("#b9daec", "#1f4a63"), ("#d55e00", "#f08a3c"), ("#009e73", "#2fc79a"),
    ]
    private static let darkFigures = darkInks.map { ink, dark in
        "  svg [fill=\"\(ink)\"] { fill: \(dark); } svg [stroke=\"\(ink)\"] { stroke: \(dark); }"
    }.joined(separator: "\n")
}
