import Foundation
import Testing

@testable import Formats

/// Pickles that run a command when Python loads them: nothing of theirs is carried out, whatever instruction asks for it.
@Suite struct MaliciousPickleTests {
    private typealias W = TorchWriter

    /// How a command can hide; `command` is the pickled text of one that makes a file.
    struct Trick: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// What is said where there is nothing else in the file.
        var found: String
        var body: @Sendable (_ command: [UInt8]) -> [UInt8]

        init(_ description: String, found: String, body: @escaping @Sendable ([UInt8]) -> [UInt8]) {
            (testDescription, self.found, self.body) = (description, found, body)
        }
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A namespace with a state.
    private static func namespace(_ state: [UInt8]) -> [UInt8] {
        W.global("argparse", "Namespace") + ascii(")") + [0x81] + state + ascii("b")
    }

    static let tricks: [Trick] = [
        Trick("GLOBAL and REDUCE", found: "an object of class os.system") { W.call("os", "system", [$0]) },
        Trick("posix", found: "an object of class posix.system") { W.call("posix", "system", [$0]) },
        Trick("a process", found: "an object of class subprocess.Popen") {
            W.call("subprocess", "Popen", [$0, W.integer(-1), ascii("NNNNN"), [0x89], [0x88]])
        },
        Trick("eval", found: "an object of class builtins.eval") {
            W.call("builtins", "eval", [W.call("operator", "mod", [W.text("__import__('os').system(%r)"), $0])])
        },
        Trick("STACK_GLOBAL", found: "an object of class os.system") {
            W.text("os") + W.text("system") + [0x93] + $0 + [0x85] + ascii("R")
        },
        Trick("INST", found: "an object of class os.system") { ascii("(") + $0 + ascii("ios\nsystem\n") },
        Trick("OBJ", found: "an object of class os.system") {
            ascii("(") + W.global("os", "system") + $0 + ascii("o")
        },
        Trick("NEWOBJ", found: "an object of class os.system") {
            W.global("os", "system") + $0 + [0x85, 0x81]
        },
        Trick("NEWOBJ_EX", found: "an object of class os.system") {
            W.global("os", "system") + $0 + [0x85] + ascii("}") + [0x92]
        },
        // The state makes the object's own method of the command, the next state calls it.
        Trick("BUILD", found: "an object of class argparse.Namespace") {
            namespace(W.dictionary([("__setstate__", W.global("os", "system"))])) + $0 + ascii("b")
        },
        Trick("APPEND by a method of its own", found: "an object of class argparse.Namespace") {
            namespace(W.dictionary([("append", W.global("os", "system"))])) + $0 + ascii("a")
        },
        Trick("getattr", found: "a plain value") {
            W.call("builtins", "getattr", [W.global("os", "path"), W.text("os")]) + $0 + [0x85] + ascii("R")
        },
        Trick("a tensor rebuilt by a function of its choice", found: "a plain value") {
            W.call(
                "torch._tensor", "_rebuild_from_type_v2",
                [W.global("os", "system"), W.global("torch", "Tensor"), W.tuple([$0]), W.dictionary([])])
        },
        Trick("a storage of a class of its choice", found: "a plain value") {
            W.tuple([W.text("storage"), W.call("os", "system", [$0]), W.text("0"), W.text("cpu"), W.integer(1)])
                + ascii("Q")
        },
        Trick("numpy's runstring", found: "an object of class numpy.testing._private.utils.runstring") {
            W.call("numpy.testing._private.utils", "runstring", [$0, W.dictionary([])])
        },
    ]

    @Test(arguments: tricks) func nothingIsCarriedOut(trick: Trick) throws {
        let marker = FileManager.default.temporaryDirectory.appending(path: "sepal-marker-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: marker) }
        let body = trick.body(W.text("touch \(marker)"))
        let weights = W.floats([1, 2])
        let beside = W.dictionary([
            ("command", body), ("w", W.tensor(W.storage("0", count: 2), [2], [1])),
        ])
        let files = [
            W.zip(beside, storages: [("0", weights)]).bytes,
            W.legacy(beside, storages: [("0", 2, weights)]),
        ]
        for file in files {
            let dict = try readStateDict(bytes: file, file: "x")
            #expect(dict.names == ["w"] && dict["w"]?.floats() == [1, 2])
            #expect(dict.notes == ["left out what is no tensor: command"])
        }
        for file in [W.zip(body, storages: []).bytes, W.legacy(body, storages: [])] {
            #expect(throws: FormatError.noTensors(file: "x", found: trick.found)) {
                try readStateDict(bytes: file, file: "x")
            }
        }
        // A bare pickle is refused before its end, whatever it holds.
        #expect(throws: FormatError.self) { try readStateDict(bytes: W.pickle(body), file: "x") }
        #expect(!FileManager.default.fileExists(atPath: marker))
    }
}
