import Cells
import Separation
import Testing

@testable import Plots

@Suite struct RingTests {
    private static let labels = (0..<200).map { $0 % 5 }
    private static let edges = randomEdges(2000, labels: labels, correct: 0.6)

    /// Every dot that is lit: its place from the centre in dots, and what it shows.
    private func dots(_ picture: RingPicture) -> [(x: Double, y: Double, owner: RingPicture.Owner)] {
        let glyphs = picture.request.glyphs
        let size = picture.request.circleSize
        let center = Double(picture.request.diameter) / 2 - 0.5
        var found: [(x: Double, y: Double, owner: RingPicture.Owner)] = []
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let cell = picture.cell(column: column, row: row)
                for y in 0..<glyphs.dotRows {
                    for x in 0..<glyphs.dotColumns where cell.dots & glyphs.bit(dotColumn: x, dotRow: y) != 0 {
                        found.append(
                            (
                                Double(column * glyphs.dotColumns + x) - center,
                                Double(row * glyphs.dotRows + y) - center, y == 0 ? cell.upper : cell.lower
                            ))
                    }
                }
            }
        }
        return found
    }

    /// Three classes of thirty samples; most edges within a class, the wrong ones between the classes to the right and below.
    @Test(arguments: GlyphSet.allCases)
    func picture(glyphs: GlyphSet) {
        let labels = (0..<90).map { $0 / 30 }
        let edges = (0..<30).flatMap { i in (0..<i).map { (i, $0) } }.flatMap { i, j -> [Edge] in
            let within = (0..<3).map { Edge(source: Int32(30 * $0 + j), target: Int32(30 * $0 + i), similarity: 1) }
            return within + [Edge(source: Int32(j), target: Int32(30 + i), similarity: 1)]
        }
        let request = RingRequest(size: Size(columns: 32, rows: 14), glyphs: glyphs)
        var buffer = CellBuffer(size: request.size)
        let names = ["right", "below", "left"]
        RingPicture(request: request, edges: edges, labels: labels).draw(
            into: &buffer, rect: buffer.bounds, styles: RingStyles(classColors: [], wrong: .plain), names: names)
        let expected =
            switch glyphs {
            case .braille:
                """

                          ⣀⡤⠔⠒⠂  ⠐⠒⠢⢤⣀
                       ⢀⡴⠊⠁⠡⡲⡰⡁  ⢈⢆⠢⠣⠈⠑⢦⡀
                 left ⡠⠋⢢⠡⡳⡱⡵⡝   ⢠⢣⡳⡱⡕⡌⢜⠙⢄ right
                     ⡼⠁⠠⡱⡱⡱⡽⣝⠎   ⡰⡱⡷⣝⣜⢎⢢⢢⠈⢧
                    ⢰⠃⠐⡱⡕⡝⣝⣟⠎    ⡔⣜⢌⢟⣮⢮⡣⡱⡁⠘⡆
                    ⢸⡀⡕⣜⣜⢞⢾⠂    ⢌⢜⢎⠪⠣⣫⡳⡱⡝⢜⢐⡇
                    ⢸⣌⢈⢎⢮⠮⠁   ⢀⢌⢎⢮⠣⠁⠑⠐⠝⣝⢌⢎⢢⡇
                    ⠸⡄⠢⠂⠁   ⢀⢄⢎⢮⠫⡣⡑    ⠈⠊⠡⢠⠇
                     ⠁    ⢄⢆⢆⢦⢦⣶⣰⡰⡴⣔⢆⢄    ⠈
                       ⣄⢌⢎⢎⢪⠫⡳⡳⡱⡝⣝⢞⢮⠪⠣⡱⡱⣠
                       ⠈⠓⢄⡀⡓⠱⡕⠝⢌⢎⠪⠢⡣⡑⢀⡠⠚⠁
                          ⠉⠓⠲⠤⠤⠤⡤⠤⠤⠖⠚⠉
                              below
                """
            case .blocks:
                """

                           ▄▄▄▄  ▄▄▄▄
                        ▄▄▀▀▄ ▀  ▄▀▄▀▀▄▄
                 left ▄█▀█▀█ ▀▄  ▀█ █▄█▀█▄ right
                     ▄█ ▀ █▄█▄   █▀█▄▀▄▀▄█▄
                     █ ▀▄█▄█▄    ▄▀▄█▄▀█  █
                     ██▄█▄█▄    ▄█▄ █▀█  ▄█
                     █▄ ▄▀▀    ▄▀▄▀▀ ▀▄▀▄▀█
                     █▀▄    ▄ ▄▀▄ ▀      ▀█
                         ▄ ▄▀▄▀█▀█▄▀▄
                       ▄▄▀▄▀█▀█ ▀▄▀▄ █ █▄
                        ▀█▄▀  ▄ ▄ ▄ ▀▄█▀
                           ▀▀▀▀▀▀▀▀▀▀
                              below
                """
            case .ascii:
                """

                           ....  ....
                        ..''. '  . .''..
                 left .:':': '.  ': :.:':. right
                     .: ' :.:.   :':.'.'.:.
                     : '.:.:.    .'.:.':  :
                     ::.:.:.    .:. :':  .:
                     :. .''    .'.'' '.'.':
                     :'.    . .'. '      ':
                         . .'.':':.'.
                       ..'.':': '.'. : ..
                        ':.'  . . . '.:'
                           ''''''''''
                              below
                """
            }
        #expect(buffer.picture == expected)
    }

    @Test(arguments: GlyphSet.allCases, ChordStyle.allCases)
    func everythingIsWithinTheDisc(glyphs: GlyphSet, chords: ChordStyle) {
        for columns in [6, 13, 30, 61] {
            let request = RingRequest(
                size: Size(columns: columns, rows: columns / 2), glyphs: glyphs, chords: chords, hasNames: false)
            let lit = dots(RingPicture(request: request, edges: Self.edges, labels: Self.labels))
            #expect(!lit.isEmpty)
            let radius = Double(request.diameter) / 2
            #expect(lit.allSatisfy { $0.x * $0.x + $0.y * $0.y <= radius * radius })
        }
    }

    @Test(arguments: GlyphSet.allCases, ChordStyle.allCases)
    func aPetalHoldsItsClassOnly(glyphs: GlyphSet, chords: ChordStyle) {
        let request = RingRequest(
            size: Size(columns: 60, rows: 30), glyphs: glyphs, chords: chords, filter: .correct, hasNames: false)
        let picture = RingPicture(request: request, edges: Self.edges, labels: Self.labels)
        let sector = 2 * Double.pi / 5
        var seen: Set<Int> = []
        for dot in dots(picture) {
            guard case .correct(let label) = dot.owner else {
                #expect(dot.owner != .wrong)
                continue
            }
            seen.insert(label)
            // Five equal classes from the top, clockwise: the middle of class c is at (c + ½) fifths of a turn.
            let middle = RingPoint(angle: (Double(label) + 0.5) * sector - Double.pi / 2, radius: 1)
            let length = (dot.x * dot.x + dot.y * dot.y).squareRoot()
            let cosine = (dot.x * middle.x + dot.y * middle.y) / length
            #expect(cosine > 0.8, "cos 36° = 0.81, the half of a sector")
        }
        #expect(seen == [0, 1, 2, 3, 4])
    }

    @Test func aFilterKeepsTheOthersOut() {
        func owners(_ filter: EdgeFilter, focus: Int? = nil) -> Set<RingPicture.Owner> {
            let request = RingRequest(
                size: Size(columns: 60, rows: 30), filter: filter, focus: focus, hasNames: false)
            return Set(dots(RingPicture(request: request, edges: Self.edges, labels: Self.labels)).map(\.owner))
        }
        let arcs = Set((0..<5).map(RingPicture.Owner.arc))
        let petals = Set((0..<5).map(RingPicture.Owner.correct))
        #expect(owners(.correct) == arcs.union(petals))
        #expect(owners(.wrong) == arcs.union([.wrong]))
        #expect(owners(.all) == arcs.union(petals).union([.wrong]))
        #expect(owners(.correct, focus: 3) == arcs.union([.correct(3)]))
        #expect(owners(.all, focus: 9) == arcs)
    }

    /// Filtering the edges beforehand gives the same curves; only the unit of density knows of the others.
    @Test func filteredDensityIsThatOfTheFilteredEdges() {
        func density(_ filter: EdgeFilter, _ edges: [Edge]) -> RingDensity {
            let request = RingRequest(size: Size(columns: 40, rows: 20), filter: filter)
            return RingDensity(request: request, geometry: RingGeometry(labels: Self.labels), edges: edges)
        }
        let right = Self.edges.filter { Self.labels[Int($0.source)] == Self.labels[Int($0.target)] }
        let all = density(.all, Self.edges)
        let filtered = density(.correct, Self.edges)
        #expect(filtered.correct == all.correct)
        #expect(filtered.correct == density(.all, right).correct)
        #expect(filtered.wrong.allSatisfy { $0 == 0 })
        #expect(filtered.edgeCount == 2000)
        #expect(density(.wrong, Self.edges).wrong == all.wrong)
    }

    /// Many classes crowd into few dots: each dot belongs to the class with the most curves, the first of them on a tie.
    @Test func theStrongestClassOwnsADot() {
        let labels = (0..<240).map { $0 % 40 }
        let edges = randomEdges(500, labels: labels, correct: 1)
        func density(_ edges: [Edge]) -> RingDensity {
            let request = RingRequest(size: Size(columns: 14, rows: 7), hasNames: false)
            return RingDensity(request: request, geometry: RingGeometry(labels: labels), edges: edges)
        }
        let all = density(edges)
        let single = (0..<40).map { label in density(edges.filter { labels[Int($0.source)] == label }).correct }
        var contested = 0
        for dot in all.correct.indices {
            let counts = single.map { $0[dot] }
            #expect(all.correct[dot] == counts.reduce(0, +))
            let most = counts.max() ?? 0
            #expect(all.owner[dot] == (most == 0 ? -1 : Int32(counts.firstIndex(of: most) ?? -1)))
            if let last = counts.lastIndex(where: { $0 > 0 }), counts[last] < most { contested += 1 }
        }
        #expect(contested > 0)
    }

    @Test func theOrderOfEdgesDoesNotMatter() {
        let request = RingRequest(size: Size(columns: 40, rows: 20))
        let picture = RingPicture(request: request, edges: Self.edges, labels: Self.labels)
        #expect(RingPicture(request: request, edges: Self.edges.reversed(), labels: Self.labels) == picture)
        let turned = Self.edges.map { Edge(source: $0.target, target: $0.source, similarity: $0.similarity) }
        #expect(RingPicture(request: request, edges: turned, labels: Self.labels) == picture)
    }

    /// Tones are measured against |E|: four times the same edges are the same picture, and every fourth of them too.
    @Test func tonesDependOnSharesAlone() {
        let request = RingRequest(size: Size(columns: 40, rows: 20))
        let picture = RingPicture(request: request, edges: Self.edges, labels: Self.labels)
        let fourfold = Self.edges.flatMap { [$0, $0, $0, $0] }
        #expect(RingPicture(request: request, edges: fourfold, labels: Self.labels) == picture)
        var thinned = request
        thinned.thinning = 4
        let again = RingPicture(request: thinned, edges: fourfold, labels: Self.labels)
        #expect(again.cells == picture.cells)
    }

    /// Layers compare: the more wrong edges, the more red.
    @Test func moreWrongEdgesMakeMoreWrongDots() {
        let counts = [0.95, 0.7, 0.4, 0.1].map { share in
            let edges = randomEdges(2000, labels: Self.labels, correct: share)
            let request = RingRequest(size: Size(columns: 60, rows: 30), hasNames: false)
            return dots(RingPicture(request: request, edges: edges, labels: Self.labels))
                .filter { $0.owner == .wrong }.count
        }
        #expect(counts == counts.sorted() && Set(counts).count == 4)
        #expect(counts[0] > 0)
    }

    /// Two classes of equal size lie in the right and the left half; edges and their mirror images give mirrored curves.
    @Test(arguments: ChordStyle.allCases)
    func aSymmetricGraphGivesASymmetricRing(chords: ChordStyle) {
        let count = 40
        let labels = (0..<(2 * count)).map { $0 / count }
        // Clockwise from the top: the mirror image of sample i is the last but i.
        let half = randomEdges(300, labels: labels, correct: 0.5)
        let mirrored = half.map {
            Edge(source: Int32(2 * count - 1) - $0.source, target: Int32(2 * count - 1) - $0.target, similarity: 0.5)
        }
        let request = RingRequest(size: Size(columns: 50, rows: 25), chords: chords, hasNames: false)
        let density = RingDensity(
            request: request, geometry: RingGeometry(labels: labels), edges: half + mirrored)
        for plane in [density.correct, density.wrong] {
            var (difference, total) = (0, 0)
            for y in 0..<density.diameter {
                for x in 0..<density.diameter {
                    let other = plane[y * density.diameter + density.diameter - 1 - x]
                    difference += abs(Int(plane[y * density.diameter + x]) - Int(other))
                    total += Int(plane[y * density.diameter + x])
                }
            }
            #expect(total > 0)
            // A curve that passes between two dots is rounded to the right in both halves.
            #expect(difference * 10 < total, "\(difference) of \(total)")
        }
    }

    @Test func aCurvePassesTheDotsOfItsFormula() {
        let side = 60
        let curve = RingCurve(
            start: SIMD2(3.1, 7.2), firstControl: SIMD2(48.3, 5.9), secondControl: SIMD2(11.7, 51.4),
            end: SIMD2(56.2, 40.6))
        var plane = [UInt32](repeating: 0, count: side * side + 1)
        plane.withUnsafeMutableBufferPointer { curve.trace(in: $0, stride: side, weight: 3) }
        plane.removeLast()
        var exact = Set<Int>()
        for step in 0...10_000 {
            let t = Double(step) / 10_000
            let (a, b, c, d) = ((1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t)
            let point = a * curve.start + b * curve.firstControl + c * curve.secondControl + d * curve.end
            exact.insert(Int(point.y.rounded()) * side + Int(point.x.rounded()))
        }
        let traced = Set(plane.indices.filter { plane[$0] > 0 })
        #expect(traced.isSubset(of: exact))
        // It takes a step for about every dot, so it may cut a corner but not leave a gap.
        #expect(Double(traced.count) > 0.6 * Double(exact.count))
        #expect(plane[7 * side + 3] == 3 && plane[41 * side + 56] == 3)
        #expect(plane.allSatisfy { $0 % 3 == 0 })
    }

    @Test func geometryByHand() {
        let geometry = RingGeometry(labels: [4, 1, -1, 4, 4, 4])
        #expect(geometry.arcs.map(\.label) == [1, 4])
        #expect(geometry.arcs.map(\.count) == [1, 4])
        #expect(geometry.arcOfSample == [1, 0, -1, 1, 1, 1])
        #expect(geometry.rankOfSample == [0, 0, 0, 1, 2, 3])
        // Two gaps of 7 % of a turn each; the samples share the rest evenly.
        let turn = 2 * Double.pi
        #expect(abs(geometry.arcs[0].start - (-turn / 4 + 0.035 * turn)) < 1e-12)
        #expect(abs(geometry.arcs[0].end - geometry.arcs[0].start - 0.86 / 5 * turn) < 1e-12)
        #expect(abs(geometry.arcs[1].end - (0.75 * turn - 0.035 * turn)) < 1e-12)
        #expect(abs(geometry.arcs[1].angle(of: 0, among: 1) - geometry.arcs[1].middle) < 1e-12)
    }

    /// Rings of odd input: what can't be drawn is left out.
    @Test(arguments: GlyphSet.allCases)
    func degenerateInput(glyphs: GlyphSet) {
        let all: [(edges: [Edge], labels: [Int])] = [
            ([], []), ([], [0]), ([], [0, 0, 0]), (Self.edges, []), (Self.edges, [-1, -1]), (Self.edges, [0, .max, 7]),
            (Self.edges, Array(repeating: 0, count: 200)), (Self.edges, Array(0..<200)),
            ([Edge(source: -5, target: 3, similarity: .nan), Edge(source: 2, target: 2, similarity: 1)], Self.labels),
        ]
        let names = (0..<150).map { "n\($0)" }
        for (edges, labels) in all {
            for (columns, rows) in [(0, 0), (1, 1), (3, 2), (24, 12), (41, 40)] {
                for thinning in [Int.min, 0, 3, .max] {
                    let request = RingRequest(
                        size: Size(columns: columns, rows: rows), glyphs: glyphs, focus: thinning == 3 ? 1 : nil,
                        thinning: thinning)
                    let picture = RingPicture(request: request, edges: edges, labels: labels)
                    let styles = RingStyles(classColors: [], wrong: .plain)
                    #expect(
                        staysInside(request.size) { picture.draw(into: &$0, rect: $1, styles: styles, names: names) })
                }
            }
        }
    }

    @Test func sweep() {
        let colors = RingStyles(classColors: [Color(rgb: 1), Color(rgb: 2)], wrong: .plain, label: .plain)
        for (index, size) in sweptSizes.enumerated() {
            let request = RingRequest(
                size: size, glyphs: GlyphSet.allCases[index % 3], chords: ChordStyle.allCases[index % 2])
            let picture = RingPicture(request: request, edges: Array(Self.edges.prefix(20)), labels: Self.labels)
            #expect(
                staysInside(size) {
                    picture.draw(into: &$0, rect: $1, styles: colors, names: ["a", "bc", "def", "ghij", "klmno"])
                })
        }
    }

    @Test func aSmallerRectangleClips() {
        let picture = RingPicture(
            request: RingRequest(size: Size(columns: 40, rows: 20)), edges: Self.edges, labels: Self.labels)
        let styles = RingStyles(classColors: [], wrong: .plain)
        for size in [Size(columns: 0, rows: 0), Size(columns: 1, rows: 1), Size(columns: 3, rows: 2)] {
            #expect(staysInside(size) { picture.draw(into: &$0, rect: $1, styles: styles, names: ["a"]) })
        }
    }
}
