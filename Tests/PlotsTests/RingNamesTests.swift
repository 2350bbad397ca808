import Cells
import Testing

@testable import Plots

@Suite struct RingNamesTests {
    private static let animals = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    private func names(
        _ size: Size, _ names: [String], glyphs: GlyphSet = .braille, reserved: [Rect] = []
    ) -> [RingNames.Placed] {
        let labels = (0..<(names.count * 20)).map { $0 % max(1, names.count) }
        let request = RingRequest(size: size, glyphs: glyphs)
        let picture = RingPicture(request: request, edges: [], labels: labels)
        return RingNames(picture: picture, rect: Rect(size), names: names, reserved: reserved).placed
    }

    /// Whole where all have room, else all cut alike.
    @Test func allNamesOfTenClasses() {
        for size in [Size(columns: 56, rows: 25), Size(columns: 70, rows: 36), Size(columns: 120, rows: 36)] {
            #expect(names(size, Self.animals).map(\.text) == Self.animals)
        }
        for size in [Size(columns: 26, rows: 12), Size(columns: 30, rows: 15)] {
            #expect(names(size, Self.animals).map(\.text) == Self.animals.map { String($0.prefix(3)) })
        }
        #expect(names(Size(columns: 22, rows: 12), Self.animals).allSatisfy { $0.text.count == 1 })
    }

    @Test func namesKeepOffWhatElseStandsThere() {
        let size = Size(columns: 26, rows: 12)
        let corners = [Rect(column: 1, row: 11, columns: 6, rows: 1), Rect(column: 19, row: 11, columns: 6, rows: 1)]
        let placed = names(size, Self.animals, reserved: corners)
        for name in placed where name.row == 11 {
            #expect(name.column >= 8 && name.column + name.text.count <= 18)
        }
        #expect(names(size, Self.animals, reserved: [Rect(size)]).isEmpty)
    }

    /// A letter of two cells needs both.
    @Test func wideNames() {
        let classes = ["飛行機", "自動車", "鳥", "猫", "鹿", "犬", "蛙", "馬", "船", "貨物車"]
        let placed = names(Size(columns: 56, rows: 25), classes)
        #expect(placed.map(\.text) == classes)
        for name in placed { #expect(name.column >= 0 && name.column + name.text.cellWidth <= 56) }
        // In a column less than a wide letter takes, none stands at the sides.
        #expect(names(Size(columns: 22, rows: 12), classes).allSatisfy { $0.text.cellWidth == 2 })
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
        #expect(names(Size(columns: 40, rows: 20), ["", "", "\u{7}", "\u{301}"]).isEmpty)
        #expect(names(Size(columns: 40, rows: 20), ["école", "b"], glyphs: .ascii).first?.text == "?cole")
        #expect(names(Size(columns: 0, rows: 0), Self.animals).isEmpty)
    }
}
