import Cells
import Separation

@testable import Plots

/// A small generator, so that examples are the same everywhere.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

/// Edges between random samples, a share of them within a class.
func randomEdges(_ count: Int, labels: [Int], correct: Double, seed: UInt64 = 1) -> [Edge] {
    var generator = Generator(state: seed)
    var edges: [Edge] = []
    while edges.count < count {
        let (a, b) = (
            labels.indices.randomElement(using: &generator) ?? 0, labels.indices.randomElement(using: &generator) ?? 0
        )
        guard a != b, (labels[a] == labels[b]) == (Double.random(in: 0..<1, using: &generator) < correct) else {
            continue
        }
        edges.append(Edge(source: Int32(min(a, b)), target: Int32(max(a, b)), similarity: 0.5))
    }
    return edges
}

extension CellBuffer {
    /// The rows as text without the blanks at their ends.
    var picture: String {
        lines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        .joined(separator: "\n")
    }
}

/// Draws into a rectangle in the middle of a larger buffer; true where nothing around it was touched.
func staysInside(_ size: Size, _ draw: (inout CellBuffer, Rect) -> Void) -> Bool {
    let mark = Cell("x")
    var buffer = CellBuffer(size: Size(columns: size.columns + 4, rows: size.rows + 4), filledWith: mark)
    let rect = Rect(column: 2, row: 2, columns: size.columns, rows: size.rows)
    draw(&buffer, rect)
    var inside = buffer
    inside.fill(rect, with: mark)
    return inside == CellBuffer(size: buffer.size, filledWith: mark)
}

/// The sizes that every plot is drawn at.
let sweptSizes: [Size] = (0...40).flatMap { rows in (0...40).map { Size(columns: $0, rows: rows) } }
