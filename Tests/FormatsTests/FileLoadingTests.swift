import Foundation
import Testing

@testable import Formats

@Suite struct FileLoadingTests {
    @Test func readsWholeFiles() throws {
        try withFolder { folder in
            let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
            try Data(content).write(to: URL(fileURLWithPath: folder + "/a"))
            try Data().write(to: URL(fileURLWithPath: folder + "/b"))
            #expect(try readFile(folder + "/a") == content)
            #expect(try readFile(folder + "/b") == [])
            #expect(try directoryEntries(folder) == ["a", "b"])
            #expect(try isDirectory(folder))
            #expect(try !isDirectory(folder + "/a"))
            var limits = Limits()
            limits.fileBytes = 99_999
            let path = folder + "/a"
            #expect(throws: FormatError.tooLarge(file: path, what: "bytes of the file", size: 100_000, limit: 99_999)) {
                try readFile(path, limits: limits)
            }
        }
    }

    @Test func tellsInputOutputErrorsFromBadContent() throws {
        try withFolder { folder in
            let missing = folder + "/none"
            let expected = FormatError.unreadable(file: missing, reason: "No such file or directory")
            #expect(throws: expected) { try readFile(missing) }
            #expect(throws: expected) { try isDirectory(missing) }
            #expect(throws: expected) { try directoryEntries(missing) }
            #expect(throws: FormatError.notAFile(file: folder, found: "a folder")) { try readFile(folder) }
            #expect(throws: FormatError.notAFile(file: "/dev/zero", found: "a device")) { try readFile("/dev/zero") }
            #expect(expected.isInputOutput)
            #expect(FormatError.unwritable(file: "x", reason: "r").isInputOutput)
            #expect(!FormatError.empty(file: "x").isInputOutput)
        }
    }

    /// Values by the reference implementation, of bytes 7i + 3 mod 256.
    @Test(arguments: [
        (0, "ef46db3751d8e999"), (1, "1f25c8d0bc1f4bb6"), (3, "31d2363f52e564c9"), (4, "9bb64b7d66ee9fda"),
        (7, "9a7b149959ce60d8"), (8, "dab99d95c6f90092"), (14, "c7f1d4d0acfa5a14"), (31, "a2aa5f33cc4a6119"),
        (32, "23c3c17ef790fd97"), (33, "50a7cfc7ba588784"), (63, "5e3e54b431c7493c"), (64, "0eb64b3ef6eeb01f"),
        (100, "a61f8d4c170fe531"), (1000, "5f235fa033f1a3fb"),
    ])
    func hashesAsXXH64(count: Int, expected: String) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
        #expect(contentHash(bytes) == expected)
        // In pieces of every size.
        for step in [1, 5, 32, 47] {
            var hash = ContentHash()
            for start in stride(from: 0, to: count, by: step) {
                Array(bytes[start..<min(count, start + step)]).withUnsafeBytes { hash.update($0) }
            }
            #expect(hash.hexadecimal == expected)
        }
    }

    @Test func describesEveryErrorByItsFile() {
        let errors: [FormatError] = [
            .unreadable(file: "f", reason: "r"), .notAFile(file: "f", found: "a"), .changed(file: "f"),
            .empty(file: "f"), .wrongKind(file: "f", found: "a", advice: "b"),
            .truncated(file: "f", offset: 1, needs: 2, end: 2),
            .malformed(file: "f", place: .tensor("a"), problem: "p"),
            .malformed(file: "f", place: .record(2, byte: 9), problem: "p"),
            .tooLarge(file: "f", what: "w", size: 2, limit: 1),
            .unsupported(file: "f", place: .entry("e"), feature: "x", advice: "y"),
            .unsupported(file: "f", place: .byte(4), feature: "x", advice: "y"), .noTensors(file: "f", found: "n"),
            .unwritable(file: "f", reason: "r"),
        ]
        for error in errors {
            #expect(error.description.hasPrefix("f"))
            #expect(!error.description.contains("\n"))
        }
        #expect(
            errors[6].description
                == "f, tensor 'a': p; the file is damaged or was not written by the usual tools"
        )
    }
}
