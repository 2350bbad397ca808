import Cells
import Foundation
import Tensors
import Testing
import Themes

@testable import Settings

/// Themes, configurations, scripts and notes with something in them changed by chance: read, or refused in one line, and
/// never the end of the program. SEPAL_THOROUGH makes many more of them.
@Suite struct MutationTests {
    static let isThorough = ProcessInfo.processInfo.environment["SEPAL_THOROUGH"] != nil
    /// What such files are made of, and what they should not be.
    private static let pieces: [String] = [
        "\"", "\"\"\"", "'", "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "#", "\\", "\\u0000", "\\UFFFFFFFF", "\n",
        "\r",
        "\t", "\0", "\u{7F}", "é", "👩‍👩‍👧", "\u{202E}", "1e999", "-0x", "9223372036854775808", "nan", "inf", "true",
        "1979-05-27T07:32:00Z", "[roles]", "[keys]", "a.b.c", "#ffffff", "on", "bold bold", "press", "wait", ":", "*",
    ]

    private static let configuration = """
        theme = "stage"
        color = 256
        play = 2.5
        loop = true
        tolerance = 0.05

        [keys]
        nextLayer = ["l", "Right", "Ctrl-n", "F2", "Space"]
        quit = []
        """

    private func changed(_ text: String, _ random: inout SplitMix64) -> String {
        var characters = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let place = Int.random(in: 0...characters.count, using: &random)
            let end = min(characters.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: characters.removeSubrange(place..<end)
            case 1:
                characters.insert(contentsOf: characters[place..<end], at: Int.random(in: 0...place, using: &random))
            case 2:
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random)) {
                    characters.insert(scalar, at: place)
                }
            default:
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                characters.replaceSubrange(
                    place..<(Bool.random(using: &random) ? end : place), with: piece.unicodeScalars)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: characters)
        return String(text)
    }

    @Test(arguments: ["theme", "configuration", "script", "notes"]) func whateverChanges(kind: String) throws {
        let sound: [String]
        switch kind {
        case "theme": sound = ThemeResources.files.values.map { String(decoding: $0, as: UTF8.self) }.sorted()
        case "configuration": sound = [Self.configuration]
        case "script": sound = ["press right 3 z\nwait 0.5\ntype conv1\npress enter\nwait done\npace 0.1\n# end\n"]
        default: sound = ["# A talk.\nconv1: The stem.\nlayer1.0.conv1:   Nothing yet.\n*: Go on.\n"]
        }
        var random = SplitMix64(seed: 3)
        var refused = 0
        let rounds = Self.isThorough ? 5000 : 500
        for round in 0..<rounds {
            let text = changed(sound[round % sound.count], &random)
            do {
                switch kind {
                case "theme": _ = try Theme(toml: text, file: "changed")
                case "configuration":
                    _ = try Configuration(
                        toml: text, file: "changed", actions: ConfigurationTests.actions, fixedKeys: [.control("c")])
                case "script": _ = try KeyScript(text, file: "changed")
                default: _ = try Notes(text, file: "changed")
                }
            } catch {
                let isOneLine = !error.description.contains { $0.isNewline }
                #expect(isOneLine, "round \(round): \(error)")
                refused += 1
            }
        }
        #expect(refused > rounds / 20 && refused < rounds, "\(refused) of \(rounds)")
    }
}
