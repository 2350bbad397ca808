import Cells
import Testing

@testable import Plots

@Suite struct RingNamesTests {
    private static let animals = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    private func names(_ size: Size, _ names: [String], glyphs: GlyphSet = .braille) -> [RingNames.Placed] {
        let labels = (0..<(names.count * 20)).map { $0 % max(1, names.count) }
        let request = RingRequest(size: size, glyphs: glyphs)
        let picture = RingPicture(request: request, edges: [], labels: labels)
        return RingNames(picture: picture, rect: Rect(size), names: names).placed
    }

    @Test func allNamesOfTenClasses() {
        #expect(
            names(Size(columns: 70, rows: 36), Self.animals).map(\.text) == [
                "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "hors", "ship", "truck",
            ])
        // Narrower: as many letters as there is room for.
        let narrow = names(Size(columns: 30, rows: 15), Self.animals)
        #expect(narrow.map(\.label) == Array(0..<10))
        #expect(narrow.allSatisfy { Self.animals[$0.label].hasPrefix($0.text) && !$0.text.isEmpty })
    }

    /// Names of the right half begin to the right of those of the left, from the top downwards by class.
    @Test func namesStandAtTheirArcs() {
        let placed = names(Size(columns: 70, rows: 36), Self.animals)
        let (right, left) = (placed.prefix(5), placed.suffix(5))
        #expect(right.allSatisfy { $0.column >= 35 } && left.allSatisfy { $0.column + $0.text.count <= 35 })
        #expect(right.map(\.row) == right.map(\.row).sorted())
        #expect(left.map(\.row) == left.map(\.row).sorted(by: >))
    }

    @Test(arguments: [2, 3, 7, 10, 26, 100, 140], GlyphSet.allCases)
    func namesNeverOverlapNorTouchTheCircle(classes: Int, glyphs: GlyphSet) {
        let all = (0..<classes).map { "class\($0)" }
        for size in [Size(columns: 30, rows: 14), Size(columns: 50, rows: 24), Size(columns: 90, rows: 30)] {
            let labels = (0..<(classes * 20)).map { $0 % classes }
            let picture = RingPicture(
                request: RingRequest(size: size, glyphs: glyphs), edges: [], labels: labels)
            var bare = CellBuffer(size: size)
            picture.draw(into: &bare, rect: bare.bounds, styles: RingStyles(classColors: [], wrong: .plain))
            var written = Set<Point>()
            for name in RingNames(picture: picture, rect: bare.bounds, names: all).placed {
                // A blank stands between two names.
                let beside = [name.column - 1, name.column + name.text.count]
                #expect(beside.allSatisfy { !written.contains(Point(column: $0, row: name.row)) })
                for column in name.column..<(name.column + name.text.count) {
                    let place = Point(column: column, row: name.row)
                    #expect(bare.bounds.contains(place))
                    #expect(bare[column, name.row].scalar == " ")
                    #expect(written.insert(place).inserted)
                }
            }
        }
    }

    /// "c9" must not stand for c95.
    @Test func aCutNameTellsItsClass() {
        let all = (0..<100).map { "c\($0)" }
        for name in names(Size(columns: 50, rows: 24), all) { #expect(name.text == all[name.label]) }
    }

    @Test func oddNames() {
        #expect(names(Size(columns: 40, rows: 20), ["", "", "\u{7}", "漢字"]).isEmpty)
        #expect(names(Size(columns: 40, rows: 20), ["école", "b"], glyphs: .ascii).first?.text == "?cole")
        #expect(names(Size(columns: 0, rows: 0), Self.animals).isEmpty)
    }
}
