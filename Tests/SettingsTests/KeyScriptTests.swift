import Cells
import Testing

@testable import Settings

@Suite struct KeyScriptTests {
    @Test func readsEveryInstruction() throws {
        let script = try KeyScript(
            """
            # A talk.
            wait done
              press Home right G esc ctrl-c F5 # é space
            type /a b
            pace 0.5
            press l
            wait 1.25

            pace 0
            press q
            """, file: "talk.keys")
        #expect(
            script.instructions == [
                .waitUntilDone, .press(.home), .press(.right), .press(.character("G")), .press(.escape),
                .press(.control("c")), .press(.function(5)), .press(.character("#")), .press(.character("é")),
                .press(.character(" ")), .press(.character("/")), .press(.character("a")), .press(.character(" ")),
                .press(.character("b")), .press(.character("l")), .wait(seconds: 0.5), .wait(seconds: 1.25),
                .press(.character("q")),
            ])
        #expect(try KeyScript("", file: "").instructions == [])
    }

    @Test(arguments: [
        ("jump 3", "t:1: expected press KEYS, type TEXT, wait SECONDS, wait done or pace SECONDS"),
        ("\n\npress", "t:3: expected press KEYS, type TEXT, wait SECONDS, wait done or pace SECONDS"),
        ("wait", "t:1: expected press KEYS, type TEXT, wait SECONDS, wait done or pace SECONDS"),
        ("wait 1 2", "t:1: expected press KEYS, type TEXT, wait SECONDS, wait done or pace SECONDS"),
        ("press leftt", "t:1: 'leftt' is no key: a character, left, enter, esc, space, ctrl-c, f5, …"),
        ("press f25", "t:1: 'f25' is no key: a character, left, enter, esc, space, ctrl-c, f5, …"),
        ("press ctrl-1", "t:1: 'ctrl-1' is no key: a character, left, enter, esc, space, ctrl-c, f5, …"),
        ("press q\r\nwait -1", "t:2: '-1' is no number of seconds from 0 to 86400"),
        ("wait inf", "t:1: 'inf' is no number of seconds from 0 to 86400"),
        ("pace nan", "t:1: 'nan' is no number of seconds from 0 to 86400"),
    ]) func saysWhatIsWrongAndWhere(text: String, message: String) {
        #expect { try KeyScript(text, file: "t") } throws: { "\($0)" == message }
    }
}
