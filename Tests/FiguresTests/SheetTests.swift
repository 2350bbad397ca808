import Separation
import Testing

@testable import Figures

@Suite struct SheetTests {
    /// Nothing stands beyond the page, and no label on another.
    @Test(arguments: [1, 2, 3, 5, 12, 26, 70, 160]) func labelsStandApart(layers: Int) throws {
        for sheet in try FigureFixture(layers: layers, samples: 60).sheets() { try expectApart(sheet) }
    }

    @Test func labelsStandApartWhateverTheyAre() throws {
        var fixture = FigureFixture(
            layers: 9, samples: 90,
            classes: (0..<30).map { "a class with a rather long name \($0)" } + ["", "一二三四五六", "x\ny\0z"])
        for index in fixture.header.layers.indices {
            fixture.header.layers[index].name = String(repeating: "backbone.stage.", count: 8) + "\(index)"
        }
        fixture.header.checkpoint = String(repeating: "checkpoint", count: 40)
        for sheet in try fixture.sheets() { try expectApart(sheet) }
    }

    private func expectApart(_ sheet: Sheet) throws {
        let measure = try TextMeasure()
        let boxes = sheet.texts.map { (text: $0, box: measure.box($0)) }
        #expect(!boxes.isEmpty)
        for (text, box) in boxes {
            #expect(
                box.minX >= 0 && box.minY >= 0 && box.maxX <= sheet.width && box.maxY <= sheet.height,
                "\(sheet.name): \(text.string) at \(box) of \(sheet.width)×\(sheet.height)")
        }
        // By their upper edge, so that only neighbours are compared.
        let sorted = boxes.sorted { $0.box.minY < $1.box.minY }
        for (index, (text, box)) in sorted.enumerated() {
            for (other, second) in sorted[(index + 1)...].prefix(while: { $0.box.minY < box.maxY }) {
                #expect(
                    box.maxX <= second.minX || second.maxX <= box.minX,
                    "\(sheet.name): \(text.string) \(box) and \(other.string) \(second)")
            }
        }
    }

    @Test(arguments: [1, 12, 70]) func shapesStayOnThePage(layers: Int) throws {
        for sheet in try FigureFixture(layers: layers, samples: 60).sheets() {
            func expectInside(_ x: Double, _ y: Double) {
                let isInside = x >= 0 && y >= 0 && x <= sheet.width && y <= sheet.height
                #expect(isInside, "\(sheet.name): \(x), \(y)")
            }
            for item in sheet.items {
                switch item {
                case .shape(let path, _, _):
                    for segment in path {
                        switch segment {
                        case .move(let x, let y), .line(let x, let y), .curve(_, _, _, _, let x, let y):
                            expectInside(x, y)
                        case .close: break
                        }
                    }
                case .picture(let picture):
                    expectInside(picture.x, picture.y)
                    expectInside(picture.x + picture.extent, picture.y + picture.extent)
                    #expect(picture.pixels.count == picture.side * picture.side)
                case .text, .open, .close: break
                }
            }
        }
    }

    @Test func textIsWhatXMLTakes() {
        #expect(Sheet.printable("a\0b\u{7F}c\nd\u{FFFE}e") == "a?b?c?d?e")
        #expect(Sheet.printable("Frösche “grün” 猫 🐈") == "Frösche “grün” 猫 🐈")
    }

    @Test func longTextEndsWithAnEllipsis() throws {
        let measure = try TextMeasure()
        let text = "layer3.7.conv2"
        let width = measure.width(text, size: 7)
        #expect(measure.fitting(text, width: width, size: 7) == text)
        let cut = measure.fitting(text, width: width - 0.1, size: 7)
        #expect(cut.hasSuffix("…") && text.hasPrefix(cut.dropLast()))
        #expect(measure.width(cut, size: 7) <= width)
        #expect(measure.fitting(text, width: 0.1, size: 7) == "")
        #expect((measure.width(text, size: 14) - 2 * width).magnitude < 1e-9)
    }
}
