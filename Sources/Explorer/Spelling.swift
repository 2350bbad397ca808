import Cells

/// Signs that a set of characters lacks, and what stands for them, one cell for one cell.
///
/// Views write what is right; the last thing done to a screen is to bring it down to what the terminal's font has.
enum Spelling {
    private static let ascii: [Unicode.Scalar: Unicode.Scalar] = [
        "−": "-", "–": "-", "—": "-", "─": "-", "━": "=", "×": "x", "·": ".", "±": "~", "↔": "/", "…": "~", "←": "<",
        "→": ">", "↑": "^", "↓": "v", "γ": "g", "τ": "t", "Δ": "d", "│": "|", "█": "#", "▒": ":", "░": ".", "▲": "^",
        "▼": "v", "√": "V", "Σ": "S", "△": "A", "▽": "V", "›": ">", "═": "=", "⋯": "-", "┈": ".", "²": "2", "▸": ">",
        "▏": "_", "✓": "+", "✗": "x", "┼": "+", "●": "O", "≥": ">",
    ]
    /// What code page 437 lacks of the signs above.
    private static let blocks: [Unicode.Scalar: Unicode.Scalar] = [
        "−": "-", "–": "-", "—": "─", "━": "═", "×": "x", "…": "~", "γ": "g", "Δ": "d", "△": "^", "▽": "v", "›": ">",
        "⋯": "─", "┈": "·", "▸": ">", "▏": "▌", "✓": "√", "✗": "x", "●": "■",
    ]

    static func apply(to buffer: inout CellBuffer, glyphs: GlyphSet, except verbatimRows: Set<Int> = []) {
        guard glyphs != .braille else { return }
        let table = glyphs == .ascii ? ascii : blocks
        for row in 0..<buffer.size.rows where !verbatimRows.contains(row) {
            for column in 0..<buffer.size.columns {
                let scalar = buffer[column, row].scalar
                guard scalar.value > 0x7F else { continue }
                if let sign = table[scalar] {
                    buffer[column, row].scalar = sign
                } else if glyphs == .ascii {
                    buffer[column, row].scalar = "?"
                }
            }
        }
    }
}
