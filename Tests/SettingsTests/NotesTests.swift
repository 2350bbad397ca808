import Testing

@testable import Settings

@Suite struct NotesTests {
    @Test func linesBelongToTheirLayers() throws {
        let notes = try Notes(
            """
            # A talk.
            conv1: The stem sees edges and colours.
              layer1.0.conv1:   Nothing yet.  \t

            *: Say nothing.
            conv1: A second line: with a colon.
            model/conv:0: A name with a colon.
            layer9:
            """, file: "run.notes")
        #expect(notes.lines(for: "conv1") == ["The stem sees edges and colours.", "A second line: with a colon."])
        #expect(notes.lines(for: "layer1.0.conv1") == ["Nothing yet."])
        #expect(notes.lines(for: "model/conv:0") == ["A name with a colon."])
        #expect(notes.lines(for: "layer9") == [""])
        #expect(notes.lines(for: "layer2.0.conv1") == ["Say nothing."])
        #expect(notes.mentions.map(\.layer) == ["conv1", "layer1.0.conv1", "model/conv:0", "layer9"])
        #expect(notes.mentions.map(\.line) == [2, 3, 7, 8])
        #expect(try Notes("", file: "").lines(for: "conv1") == [])
    }

    @Test(arguments: ["conv1 words", ":words", ": words", "conv1:words"]) func otherLinesAreRefused(line: String) {
        #expect(
            throws: SettingsError.notes(
                file: "a.notes", line: 2, message: "expected LAYER: WORDS, *: WORDS or a # comment")
        ) { _ = try Notes("# first\n\(line)\n", file: "a.notes") }
    }
}
