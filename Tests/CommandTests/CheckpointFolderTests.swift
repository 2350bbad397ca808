import Foundation
import Testing

@testable import sepal

/// When a file counts as a whole checkpoint, by a clock that stands still.
@Suite struct CheckpointFolderTests {
    private final class Clock {
        var seconds = 0.0
    }

    private let folder: ScratchFolder
    private let clock = Clock()

    init() throws { folder = try ScratchFolder() }

    @Test func aFileIsWholeOnceItHasNotChangedForASecond() throws {
        var watched = CheckpointFolder(path: folder.path) { [clock] in clock.seconds }
        #expect(watched.look().ready.isEmpty && watched.look().waiting == nil)
        _ = try folder.write([1], as: "a.pth")
        _ = try folder.write([1], as: "notes.txt")
        for seconds in [0, 0.9] {
            clock.seconds = seconds
            #expect(watched.look().ready.isEmpty && watched.look().waiting == "waiting for a.pth")
        }
        _ = try folder.write([1, 2], as: "a.pth")
        // Seen anew at 1, and so a second later.
        for seconds in [1, 1.9] {
            clock.seconds = seconds
            #expect(watched.look().ready.isEmpty && watched.look().waiting == "waiting for a.pth")
        }
        clock.seconds = 2
        let file = try #require(watched.look().ready.first)
        #expect(file.name == "a.pth" && file.title == "a" && watched.look().ready.count == 1)
        watched.done(file)
        #expect(watched.look().ready.isEmpty && watched.look().waiting == nil)
        // Written over.
        _ = try folder.write([1, 2, 3], as: "a.pth")
        #expect(watched.look().ready.isEmpty)
        clock.seconds = 3
        #expect(watched.look().ready.map(\.title) == ["a (2)"])
    }
}
