import CVector
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where scratch files go. On a file system in memory they would take what they are to spare.
enum ScratchFolder {
    static var path: String {
        choose(among: [FileManager.default.temporaryDirectory.path, "/var/tmp"]) {
            !isInMemory($0) && access($0, W_OK) == 0
        }
    }

    /// The first folder that suits; the first of all where none does.
    static func choose(among folders: [String], suits: (String) -> Bool) -> String {
        folders.first(where: suits) ?? folders[0]
    }

    /// Whether files in a folder stand in memory.
    static func isInMemory(_ folder: String) -> Bool { sepal_is_in_memory(folder) != 0 }
}
