import Foundation
import Testing

@testable import Formats

@Suite struct FileWritingTests {
    private func content(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func filesAreMadeAndReplaced() throws {
        try withFolder { folder in
            let path = folder + "/a b.bin"
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for bytes in [large, [], [1, 2]] {
                try checkWritable(path)
                try writeFile(bytes, to: path)
                #expect(content(path) == bytes)
                #expect(try directoryEntries(folder) == ["a b.bin"])
            }
        }
    }

    @Test func permissionsStay() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try writeFile([1], to: path)
            let fresh = try #require(try mode(path))
            #expect(fresh & 0o600 == 0o600 && fresh & 0o111 == 0)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            try writeFile([2], to: path)
            #expect(try mode(path) == 0o640)
            #expect(content(path) == [2])
        }
    }

    @Test func symbolicLinksStay() throws {
        try withFolder { folder in
            let files = FileManager.default
            try files.createDirectory(atPath: folder + "/deep", withIntermediateDirectories: false)
            try files.createSymbolicLink(atPath: folder + "/outer", withDestinationPath: "deep/inner")
            try files.createSymbolicLink(atPath: folder + "/deep/inner", withDestinationPath: folder + "/target")
            // To nothing at first, then to a file.
            for bytes in [[1], [2, 3]] as [[UInt8]] {
                try writeFile(bytes, to: folder + "/outer")
                #expect(content(folder + "/target") == bytes)
            }
            #expect(try files.destinationOfSymbolicLink(atPath: folder + "/outer") == "deep/inner")
            #expect(try directoryEntries(folder) == ["deep", "outer", "target"])
            #expect(try directoryEntries(folder + "/deep") == ["inner"])

            try files.createSymbolicLink(atPath: folder + "/round", withDestinationPath: "round")
            let path = folder + "/round"
            #expect(throws: FormatError.unwritable(file: path, reason: "Too many levels of symbolic links")) {
                try writeFile([1], to: path)
            }
        }
    }

    @Test func placesThatCannotBeWrittenAreToldBefore() throws {
        try withFolder { folder in
            try writeFile([7], to: folder + "/file")
            let cases = [
                ("/none/a", "its folder does not exist"), ("/file/a", "Not a directory"), ("", "Is a directory"),
                ("/", "Is a directory"), ("/" + String(repeating: "x", count: 300), "File name too long"),
            ]
            for (place, reason) in cases {
                let error = FormatError.unwritable(file: folder + place, reason: reason)
                #expect(throws: error) { try checkWritable(folder + place) }
                #expect(throws: error) { try writeFile([1], to: folder + place) }
            }
            #expect(throws: FormatError.unwritable(file: "/dev/null", reason: "Not a regular file")) {
                try writeFile([1], to: "/dev/null")
            }
            #expect(throws: FormatError.unwritable(file: "", reason: "No such file or directory")) {
                try writeFile([1], to: "")
            }
            #expect(try directoryEntries(folder) == ["file"])
        }
    }

    @Test(.enabled(if: getuid() != 0, "the superuser may write anywhere"))
    func protectedPlacesAreLeftAlone() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try writeFile([1], to: path)
            let error = FormatError.unwritable(file: path, reason: "Permission denied")
            for (protected, mode) in [(path, 0o444), (folder, 0o555)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: protected)
                #expect(throws: error) { try checkWritable(path) }
                #expect(throws: error) { try writeFile([2], to: path) }
                #expect(content(path) == [1])
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: protected)
            }
            #expect(try directoryEntries(folder) == ["a"])
        }
    }

    @Test func failuresOnTheWayKeepWhatWasThere() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try writeFile([1, 2, 3], to: path)
            let full = FormatError.unwritable(file: path, reason: "No space left on device")
            for target in [path, folder + "/new"] {
                #expect(throws: full) {
                    try replaceFile(target) { descriptor throws(FormatError) in
                        _ = write(descriptor, "half", 4)
                        throw full
                    }
                }
            }
            // The name is taken by a folder while the file is being filled, so that only the last step fails.
            #expect(throws: FormatError.unwritable(file: folder + "/new", reason: "Is a directory")) {
                try replaceFile(folder + "/new") { _ throws(FormatError) in mkdir(folder + "/new", 0o755) }
            }
            #expect(content(path) == [1, 2, 3])
            #expect(try directoryEntries(folder) == ["a", "new"])
        }
    }
}
