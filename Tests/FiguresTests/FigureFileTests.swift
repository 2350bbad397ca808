import Foundation
import Separation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Figures

@Suite struct FigureFileTests {
    /// What a reader of SVG finds.
    private final class Reader: NSObject, XMLParserDelegate {
        var texts: [String] = []
        var elements: [String: Int] = [:]
        private var current: String?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            elements[name, default: 0] += 1
            if name == "text" { current = "" }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { current? += string }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            if name == "text", let current { texts.append(current) }
            if name == "text" { current = nil }
        }
    }

    private func read(_ bytes: [UInt8]) -> Reader? {
        let reader = Reader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }

    @Test func svgIsWellFormedAndKeepsItsText() throws {
        for sheet in try FigureFixture(samples: 60).sheets() {
            let reader = try #require(read(try FigureFile(sheet, as: .svg).bytes), "\(sheet.name)")
            #expect(reader.texts == sheet.texts.map(\.string))
            #expect(reader.texts.contains { $0.hasPrefix("a<b>&\"c\".th · ") })
            #expect(reader.elements["svg"] == 1)
            let pictures = sheet.items.count { if case .picture = $0 { true } else { false } }
            #expect(reader.elements["image", default: 0] == pictures)
        }
    }

    @Test func pdfsBeginAndEndAsSuch() throws {
        for sheet in try FigureFixture(layers: 4, samples: 60).sheets() {
            let bytes = try FigureFile(sheet, as: .pdf).bytes
            #expect(bytes.starts(with: "%PDF-1.".utf8))
            #expect(String(decoding: bytes.suffix(6), as: UTF8.self).contains("%%EOF"))
            // Text as text: fonts are embedded, with a table back to characters.
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("/ToUnicode"))
            #expect(text.contains("/Count 1\n"))
        }
    }

    @Test func pngsAreAsLargeAsTheirSheets() throws {
        for sheet in try FigureFixture(layers: 4, samples: 60).sheets() {
            let bytes = try FigureFile(sheet, as: .png).bytes
            func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
            #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0xD, 0xA, 0x1A, 0xA]))
            #expect(number(16) == Int((sheet.width * 300 / 72).rounded(.up)))
            #expect(number(20) == Int((sheet.height * 300 / 72).rounded(.up)))
            // 300 dots an inch are 11,811 a metre.
            #expect(bytes[37..<41].elementsEqual("pHYs".utf8) && number(41) == 11811 && number(45) == 11811)
            #expect(number(50) == Int(PNGResolution.checksum(Array(bytes[37..<50]))))
        }
        // The PNG specification's own: an empty IEND.
        #expect(PNGResolution.checksum(Array("IEND".utf8)) == 0xAE42_6082)
    }

    @Test(arguments: FigureFormat.allCases) func equalRunsGiveEqualBytes(format: FigureFormat) throws {
        let fixture = FigureFixture(layers: 5, samples: 60)
        let once = try fixture.sheets().map { try FigureFile($0, as: format) }
        let twice = try FigureFixture(layers: 5, samples: 60).sheets().map { try FigureFile($0, as: format) }
        #expect(once == twice)
        #expect(Set(once.map(\.name)).count == once.count)
    }

    @Test func filesAreWrittenWhole() throws {
        let folder = NSTemporaryDirectory() + "/sepal-figures-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try FigureFile(FigureFixture(layers: 1, samples: 30).sheets()[0], as: .svg)
        try FigureFile.prepare(folder: folder + "/a/b")
        for _ in 0..<2 {
            let path = try file.write(to: folder + "/a/b")
            #expect(path == folder + "/a/b/histograms.svg")
            #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == file.bytes)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b") == ["histograms.svg"])

        let path = folder + "/a/b/histograms.svg"
        #expect(throws: FigureError.notWritable(path: path, reason: "not a folder")) {
            try FigureFile.prepare(folder: path)
        }
        let nowhere = folder + "/nowhere"
        #expect(
            throws: FigureError.notWritable(path: nowhere + "/histograms.svg", reason: "its folder does not exist")
        ) { _ = try file.write(to: nowhere) }
    }
}
