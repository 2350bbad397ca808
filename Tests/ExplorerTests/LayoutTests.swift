import Cells
import Testing

@testable import Explorer

@Suite struct LayoutTests {
    /// Every size up to 300 × 200 with every focus; some of them zoomed, some with a notice.
    @Test(arguments: Panel.allCases) func everythingStandsInsideAndApart(focus: Panel) {
        var bad: [String] = []
        for rows in 1...200 {
            for columns in 1...300 {
                let size = Size(columns: columns, rows: rows)
                let layout = Layout(
                    size: size, focus: focus, isZoomed: (rows + columns) % 7 == 0, hasNotice: (rows + columns) % 5 == 0)
                if let fault = fault(layout, size, focus) { bad.append("\(columns)×\(rows): \(fault)") }
            }
        }
        #expect(bad.isEmpty, "\(bad.prefix(5))")
    }

    private func fault(_ layout: Layout, _ size: Size, _ focus: Panel) -> String? {
        let tooSmall = size.columns < 40 || size.rows < 12
        if layout.isTooSmall != tooSmall { return "too small is \(layout.isTooSmall)" }
        if tooSmall { return layout.panels.isEmpty ? nil : "panels in no room" }
        if layout.panels[focus] == nil { return "the focus is shed" }
        var rects = layout.panels.values + [layout.header, layout.footer]
        if !layout.notice.isEmpty { rects.append(layout.notice) }
        for (index, rect) in rects.enumerated() {
            if rect.isEmpty || rect.intersection(Rect(size)) != rect { return "\(rect) isn't inside" }
            for other in rects[(index + 1)...] where !rect.intersection(other).isEmpty { return "\(rect) and \(other)" }
        }
        for rect in layout.panels.values where rect.columns < 12 || rect.rows < 5 { return "\(rect) is too small" }
        return nil
    }

    @Test func panelsAreShedOneByOne() {
        func count(_ columns: Int, _ rows: Int) -> Int {
            Layout(size: Size(columns: columns, rows: rows)).panels.count
        }
        #expect(count(120, 40) == 4)
        #expect(count(80, 24) == 4)
        #expect(count(300, 100) == 4)
        #expect(count(60, 60) == 4)
        #expect(count(60, 24) == 3)
        #expect(count(60, 14) == 2)
        #expect(count(40, 20) == 2)
        #expect(count(40, 12) == 1)
    }

    @Test func zoomFillsTheBody() {
        let layout = Layout(size: Size(columns: 80, rows: 24), focus: .curve, isZoomed: true)
        #expect(layout.panels == [.curve: Rect(column: 0, row: 1, columns: 80, rows: 22)])
    }
}
