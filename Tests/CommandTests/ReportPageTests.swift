import Foundation
import RunStore
import Separation
import Testing

/// `sepal report --html`: one page that stands alone.
@Suite struct ReportPageTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func page(_ run: String, _ options: String...) throws -> String {
        let outcome = try Program.run(["report", run, "--html"] + options, in: folder)
        #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
        return outcome.output
    }

    /// Every element is closed in the order in which it was opened, no text holds a tag, and no attribute is a script.
    private func expectWellFormed(_ page: String, sourceLocation: SourceLocation = #_sourceLocation) {
        func expect(_ isMet: Bool, _ words: String) {
            #expect(isMet, "\(words)", sourceLocation: sourceLocation)
        }
        expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"), "no page")
        var open: [Substring] = []
        // What stands before the first `<` of each piece is text, or was looked at with the piece before.
        for piece in page.dropFirst("<!DOCTYPE html>".count).split(separator: "<").dropFirst() {
            guard let end = piece.firstIndex(of: ">") else {
                expect(false, "a tag without an end: \(piece.prefix(100))")
                continue
            }
            let tag = piece[..<end]
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            // Quoted values are every second part.
            let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
            let names = parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
            expect(parts.count % 2 == 1 && !names.contains("'"), "quotes in <\(tag.prefix(100))>")
            expect(!names.contains(" on") && name.lowercased() != "script", "a script: <\(tag.prefix(100))>")
            if tag.hasPrefix("/") {
                expect(open.popLast() == name, "</\(name)> closes something else")
            } else if !tag.hasSuffix("/"), name != "meta" {
                open.append(name)
            }
        }
        expect(open == [], "\(open) are open")
    }

    @Test func thePageHasWhatTheReportHas() throws {
        let run = try folder.makeRun()
        let page = try page(run)
        expectWellFormed(page)
        let titles = page.matches(of: /<h2>([^<]*)<\/h2>/).map { String($0.1) }
        #expect(
            titles.map { $0.prefix { $0 != "," } } == [
                "The run", "Modularity", "Criterion I", "Ring graphs", "Similarity", "Classes at the peak",
                "All layers",
            ])
        let report = try Program.run(["report", run, "--json"], in: folder).json()
        for layer in report["layers"]?.elements ?? [] {
            func number(_ name: String) -> String { String(format: "%.4f", layer[name]?.number ?? .nan) }
            let name = layer["name"]?.string ?? ""
            let row = try #require(
                page.split(separator: "</tr>").last { $0.contains("class=\"name\">\(name)</th>") })
            for name in ["AQ", "EQ", "r", "luQ", "gamma"] {
                #expect(row.contains("<td>\(number(name))</td>"), "\(row)")
            }
            #expect(row.contains("<td>\(number("M")) ± \(number("Mse"))</td>"))
        }
        for name in ["checkpoint", "data"] {
            #expect(page.contains("<dd>\(report[name]?.string ?? "?")</dd>"))
        }
        // Nothing from elsewhere.
        let words = page.split(separator: "data:image/png;base64,").map { part in
            part.drop { $0 != "\"" }
        }.joined()
        for word in ["http:", "https:", "//", "url(", "@import", "<script", "src="] { #expect(!words.contains(word)) }
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("@media print"))
    }

    /// Every kind of name that a stranger may have chosen stays text.
    @Test func namesStayText() throws {
        let attack = #"<script>alert(1)</script>"#
        let run = try folder.changed(try folder.makeRun()) { header in
            header.classes[0] = attack
            header.classes[1] = #""><img src=x onerror=alert(1)>"#
            header.classes[2] = "a & b < c \u{202E}d\u{0}e"
            header.layers[0].name = "</title></style>\(attack)"
            header.checkpoint = "--><svg onload='alert(1)'>.th"
            header.data = "\(attack).npz"
            header.architecture = "</svg>\(attack)"
            header.order = "'\(attack)"
        }
        let page = try page(run)
        expectWellFormed(page)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;</th>"))
        #expect(page.contains("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;</th>"))
        #expect(page.contains("a &amp; b &lt; c ?d?e</th>"))
        #expect(!page.unicodeScalars.contains("\u{202E}") && !page.unicodeScalars.contains("\u{0}"))
    }

    /// What isn't finished is said, and a page without any figures is a page still.
    @Test(arguments: [3, 0]) func anUnfinishedRunHasAPage(layers: Int) throws {
        let run = try folder.changed(try folder.makeRun(), layers: layers) { _ in }
        let page = try page(run)
        expectWellFormed(page)
        #expect(page.contains("<p class=\"warning\">Warning: \(7 - layers) of 7 layers are missing"))
        #expect(page.matches(of: /not finished/).count == 7 - layers)
        #expect(page.contains("<svg ") == (layers > 0))
    }

    /// Too many classes for a table: their most confused pairs.
    @Test func manyClassesArePairs() throws {
        let run = try folder.changed(try folder.makeRun()) { header in
            header.classes += (10..<40).map { "class \($0)" }
        }
        let page = try page(run, "--level", "block", "--tolerance", "0.5")
        expectWellFormed(page)
        #expect(page.contains("most confused</th>") && !page.contains("class=\"matrix\""))
        #expect(page.contains("τ = 0.500 · L = 3 · level block"))
        #expect(page.contains("stem and block outputs"))
    }

    @Test func formatsExcludeOneAnother() throws {
        let outcome = try Program.run(["report", folder("run.sepal"), "--html", "--csv"], in: folder)
        #expect(outcome.end == .exited(64) && outcome.output == "", "\(outcome)")
    }
}
