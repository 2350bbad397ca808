import Foundation
import RunStore
import Separation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Names of layers, classes and files hold anything; none of it steers a terminal, a browser, a spreadsheet or Python.
@Suite struct HostileNameTests {
    static let names = [
        "\u{1B}]52;c;ZXZpbA==\u{7}", "\u{1B}[2J\u{1B}[31mred", "\u{9B}31m\u{90}q\u{9C}",
        "one\ntwo\r\nthree\u{2028}four",
        "]]>", "</script><script>alert(1)</script>", "</title><svg onload='x'>", "\"\u{301} onfocus=\"x",
        "' or \"quoted\"",
        "{{network}} # {{constants}}", "\u{202E}gpj.exe\u{2066}", "=HYPERLINK(\"http://x\")", "@SUM(1)", "-1+cmd|x",
        "\0nul",
        "a,b;c\td", "\"\"\"\\", String(repeating: "long ", count: 200) + "\u{1B}c", "…", "&amp;<b>",
    ]

    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// A run in which all that is a name is hostile; `shift` says which names come first.
    private func hostileRun(shift: Int = 0) throws -> String {
        func name(_ index: Int) -> String { Self.names[(index + shift) % Self.names.count] }
        return try folder.changed(folder.makeRun()) { header in
            header.checkpoint = name(0)
            header.architecture = name(1)
            header.data = name(2)
            header.order = name(3)
            header.normName = name(4)
            header.version = name(5)
            for index in header.classes.indices { header.classes[index] = name(index + 6) }
            for index in header.layers.indices { header.layers[index].name = name(index) }
            for index in header.network?.units.indices ?? 0..<0 { header.network?.units[index].name = name(index + 9) }
            header.origin = nil
        }
    }

    /// Lines of printable text: independent of the program's own idea of that.
    private func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return scalar == "\n"
                || !isControl && !scalar.properties.isBidiControl && scalar != "\u{2028}" && scalar != "\u{2029}"
        }
    }

    private func expectHarmless(_ outcome: Program.Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        let output = outcome.output.replacing("\r\n", with: "\n")
        #expect(isHarmless(output), "standard output: \(outcome)", sourceLocation: sourceLocation)
        #expect(isHarmless(outcome.errors), "standard error: \(outcome)", sourceLocation: sourceLocation)
        // None ends in the middle of an error.
        #expect(
            outcome.errorLines.allSatisfy { $0.hasPrefix("sepal: ") || $0.hasPrefix("layer ") }, "\(outcome.errors)")
    }

    @Test(arguments: [0, 7, 14])
    func reportsOfARunAreHarmless(shift: Int) throws {
        let run = try hostileRun(shift: shift)
        let commands = [
            ["report", run], ["report", run, "--json"], ["report", run, "--csv"], ["report", run, "--html"],
            ["compare", run, run], ["compare", run, run, "--json"], ["prune", run, "--policy", "tail", "1"],
            ["prune", run, "--policy", "tail", "1", "--json"],
        ]
        var outputs: [String: String] = [:]
        for command in commands {
            let outcome = try Program.run(command, in: folder)
            #expect(outcome.end == .exited(0), "\(outcome)")
            expectHarmless(outcome)
            outputs[([command[0]] + command.suffix(from: 2)).joined(separator: " ")] = outcome.output
        }
        // What is for programs still holds the names themselves.
        let json = try JSONValue(outputs["report --json"] ?? "")
        let header = try RunStore.open(path: run).header()
        #expect(json["classes"]?.elements.map(\.string) == header.classes)
        #expect(json["layers"]?.elements.map { $0["name"]?.string } == header.layers.map(\.name))
        #expect(json["checkpoint"]?.string == header.checkpoint)
        // A line a layer, and none that a spreadsheet computes.
        let rows = (outputs["report --csv"] ?? "").split(separator: "\r\n")
        #expect(rows.count == 1 + header.layers.count)
        for row in rows.dropFirst() {
            let name = row.drop { $0 != "," }.dropFirst().drop { $0 == "\"" }
            #expect(!["=", "+", "-", "@"].contains(name.first), "\(row)")
        }
        let page = outputs["report --html"] ?? ""
        #expect(!page.contains("<script") && !page.contains(" onfocus=\"") && !page.contains("<svg onload"))
    }

    @Test(arguments: [0, 7, 14])
    func figuresAreHarmless(shift: Int) throws {
        let run = try hostileRun(shift: shift)
        let figures = try Program.run(["figure", run, "-o", folder("figures")], in: folder)
        #expect(figures.end == .exited(0), "\(figures)")
        expectHarmless(figures)
        let compared = try Program.run(["compare", run, run, "-o", folder("figures/both.svg")], in: folder)
        #expect(compared.end == .exited(0), "\(compared)")
        expectHarmless(compared)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("figures")).filter {
            $0.hasSuffix(".svg")
        }
        #expect(names.count >= 4)
        for name in names {
            let bytes = try Data(contentsOf: URL(filePath: folder("figures/\(name)")))
            #expect(isHarmless(String(decoding: bytes, as: UTF8.self)), "\(name)")
            let elements = SVGElements()
            let parser = XMLParser(data: bytes)
            parser.delegate = elements
            #expect(parser.parse(), "\(name): \(parser.parserError.map { "\($0)" } ?? "")")
            #expect(
                elements.names.isSubset(of: ["svg", "title", "rect", "path", "text", "image", "g"]), "\(elements.names)"
            )
            #expect(!elements.attributes.contains { $0.hasPrefix("on") }, "\(elements.attributes)")
        }
    }

    @Test(arguments: [names[0], names[2], names[3], names[10], names[16]])
    func whatAUserGivesIsHarmlessInMessages(name: String) throws {
        let run = try folder.makeRun()
        let file = try folder.write(Array("nonsense".utf8), as: name.replacing("/", with: "|"))
        let commands = [
            ["report", file], ["report", file + "-none"], ["figure", run, "-o", folder("f"), "--layers", name],
            ["explore", run, "--keys", file], ["explore", run, "--config", file],
            ["explore", run, "--theme", "./" + name],
            ["explore", run, "--theme", "x" + name], ["prune", run, "--cut", "x" + name, "--dry-run"],
            ["prune", run, "-o", file], ["merge", run, "-o", folder("none/\(name)")],
            ["analyze", file, "--data", file],
            ["analyze", file], ["compare", run, run, "-o", "x" + name], ["notes", run, "--file", file + "-none"],
            ["check", file, "--fail-if", "x" + name], ["evaluate", file, "--data", file, "--norm", "x" + name],
            ["analyze", file, "--data", file, "--arch", "x" + name], ["report", run, "--level", "x" + name],
            ["report", run, "--x" + name], ["x" + name], ["report", run, "x" + name],
        ]
        for command in commands {
            let outcome = try Program.run(command, in: folder)
            #expect(outcome.end != .exited(0), "\(command)")
            #expect(isHarmless(outcome.output) && isHarmless(outcome.errors), "\(command): \(outcome)")
            #expect(!outcome.errors.isEmpty, "\(command)")
        }
    }

    /// The layers' names, taken over from features, go through progress, the screen, notes and exports.
    @Test(arguments: [0, 7])
    func theExplorerAndNotesAreHarmless(shift: Int) throws {
        let run = try hostileRun(shift: shift)
        let words = Self.names.map { $0.split(whereSeparator: \.isNewline).joined() }
        let lines = words.map { "x\($0): \($0)" } + ["*: \u{1B}]0;x\u{7}"]
        _ = try folder.write(Array(lines.joined(separator: "\n").utf8), as: "talk.notes")
        try FileManager.default.createDirectory(
            atPath: folder("runtime"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = ["XDG_RUNTIME_DIR": folder("runtime")]
        let notes = try ChildProcess(
            Program.path(), ["notes", run, "--file", folder("talk.notes")],
            environment: Program.environment(folder).merging(environment) { $1 },
            streams: [.nothing, .file(folder("pages")), .file(folder("complaints"))])
        defer { notes.kill() }
        let session = try TerminalSession(["explore", run], in: folder, environment: environment)
        try session.wait("the first layer") { $0.isFilled && $0.text.contains("1/7") }
        for key in ["M", "\u{1B}OB", "T", "P", "K", "S", ",", "\r", "R", "B", "p", "e", "z", "e", "z", "?", "\u{1B}"] {
            session.type(key)
        }
        for _ in 0..<7 { session.press(.right) }
        try session.wait("the last layer") { $0.text.contains("7/7") }
        let page: Bool? = Deadline().poll { folder.text(of: "pages").contains("layer 7/7") ? true : nil }
        #expect(page == true, "\(folder.text(of: "pages"))\(folder.text(of: "complaints"))")
        #expect(session.screen.unknown == [])
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(isHarmless(folder.text(of: "pages")) && isHarmless(folder.text(of: "complaints")))
        let exports = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("sepal-") }
        #expect(!exports.isEmpty)
        for name in exports { #expect(isHarmless(folder.text(of: name)), "\(name)") }
    }

    /// Names that are too long for anything are refused before any work is done with them.
    @Test func namesWithoutEndAreRefused() throws {
        let endless = "\u{1B}[31m" + String(repeating: "x", count: 100_000)
        var features = SmallFeatures(layers: ["conv1", "conv2"])
        features.classes = [endless, "b", "c"]
        let path = try folder.write(features.bytes, as: "features.npz")
        for command in [["analyze", path], ["check", path], ["analyze", path, "-o", folder("run.sepal")]] {
            let outcome = try Program.run(command, in: folder)
            #expect(
                outcome.end == .exited(65) && outcome.errorLines.last?.contains("a name of") == true, "\(outcome.end)")
            #expect(outcome.errors.utf8.count < 5000 && isHarmless(outcome.errors))
        }
        #expect(!FileManager.default.fileExists(atPath: folder("run.sepal")))
        let run = try folder.makeRun()
        #expect(throws: RunStoreError.self) { try folder.changed(run) { $0.classes[0] = endless } }
        #expect(throws: RunStoreError.self) { try folder.changed(run) { $0.checkpoint = endless } }
    }

    @Test func progressOnFeaturesIsHarmless() throws {
        let features = SmallFeatures(layers: Array(Self.names.filter { !$0.contains("\0") }.prefix(12)))
        let path = try folder.write(features.bytes, as: "features.npz")
        for options in [[], ["--json"], ["-o", folder("run.sepal")]] {
            let outcome = try Program.run(["analyze", path] + options, in: folder)
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(isHarmless(outcome.output) && isHarmless(outcome.errors), "\(outcome)")
        }
        let check = try Program.run(["check", path, "--fail-if", "peakM<2"], in: folder)
        #expect(check.end == .exited(2), "\(check)")
        #expect(isHarmless(check.output) && isHarmless(check.errors), "\(check)")
    }
}

/// The elements of a picture, and their attributes.
private final class SVGElements: NSObject, XMLParserDelegate {
    var names: Set<String> = []
    var attributes: Set<String> = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names.insert(name)
        self.attributes.formUnion(attributes.keys)
    }
}
