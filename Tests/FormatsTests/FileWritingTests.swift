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
            for target in [path, folder + "/new"] {
                let draft = try FileDraft(of: target)
                try draft.append(Array("half".utf8))
                // Without a name, or under one that says what it is.
                #expect(try directoryEntries(folder).filter { !$0.hasPrefix(".sepal-") } == ["a"])
                draft.discard()
                #expect(try directoryEntries(folder) == ["a"])
            }
            // The name is taken by a folder while the file is being filled, so that only the last step fails.
            let draft = try FileDraft(of: folder + "/new")
            try draft.append([1])
            mkdir(folder + "/new", 0o755)
            #expect(throws: FormatError.unwritable(file: folder + "/new", reason: "Is a directory")) {
                try draft.commit()
            }
            #expect(content(path) == [1, 2, 3])
            #expect(try directoryEntries(folder) == ["a", "new"])
        }
    }

    @Test func aDraftGrowsAndShrinksUntilItIsPut() throws {
        try withFolder { folder in
            let path = folder + "/a"
            try writeFile([9], to: path)
            let draft = try FileDraft(of: path)
            for part in [[1, 2], [], [3, 4, 5]] as [[UInt8]] { try draft.append(part) }
            #expect(content(path) == [9])
            try draft.truncate(to: 4)
            try draft.commit()
            #expect(content(path) == [1, 2, 3, 4])
            #expect(try directoryEntries(folder) == ["a"])
        }
    }

    @Test func aFileIsKnownByWhateverPathLeadsToIt() throws {
        try withFolder { folder in
            let files = FileManager.default
            try files.createDirectory(atPath: folder + "/deep/er", withIntermediateDirectories: true)
            try writeFile([1], to: folder + "/deep/a")
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "deep/a")
            try files.linkItem(atPath: folder + "/deep/a", toPath: folder + "/hard")
            let identity = try #require(FileIdentity(path: folder + "/deep/a"))
            #expect(identity.exists)
            for other in ["/link", "/hard", "/deep/../deep/./a", "/deep/er/../a"] {
                #expect(FileIdentity(path: folder + other) == identity, "\(other)")
            }
            // What isn't there yet has its place, also behind a link that leads nowhere.
            try files.createSymbolicLink(atPath: folder + "/dangling", withDestinationPath: "deep/new")
            let place = try #require(FileIdentity(path: folder + "/deep/new"))
            #expect(!place.exists && place != identity)
            #expect(FileIdentity(path: folder + "/dangling") == place)
            #expect(FileIdentity(path: folder + "/none/new") == nil)
            let folders = FileIdentity.folders(above: folder + "/deep/er/b")
            #expect(folders.starts(with: ["/deep/er", "/deep", ""].compactMap { FileIdentity(path: folder + $0) }))
            #expect(!folders.contains(identity))
        }
    }
}
