import Formats
import Foundation

/// The files that a command writes, standard output and error among them where they are files: none of them goes onto what
/// the command reads, nor onto another one of them.
package struct Outputs {
    private let files: [(option: String, path: String)]

    /// - Parameter files: each with the option that asks for it; those without a path aren't asked for.
    package init(_ files: [(option: String, path: String?)] = []) {
        self.files = files.compactMap { option, path in path.map { (option, $0) } }
    }

    /// What SQLite keeps beside a run file while it is written.
    private static let companions = ["-wal", "-shm", "-journal"]

    private static func identities(_ path: String) -> [FileIdentity] {
        ([""] + companions).compactMap { FileIdentity(path: path + $0) }
    }

    /// To be asked before anything is written.
    /// - Parameter inputs: what the command reads; of a folder all that is in it.
    /// - Throws: `UsageError`.
    package func check(reading inputs: [String?]) throws(UsageError) {
        let read = Set(inputs.compactMap(\.self).flatMap(Self.identities))
        var written: [FileIdentity: String] = [:]
        for (option, path) in files {
            guard let identity = FileIdentity(path: path) else { continue }
            let liesInInput = identity.exists && FileIdentity.folders(above: path).contains(where: read.contains)
            if read.contains(identity) || liesInInput {
                throw UsageError("\(option) \(path): this command reads that file; name another one to write")
            }
            if let other = written[identity] {
                throw UsageError("\(option) \(path): that is where \(other) goes; name another file")
            }
            for own in Self.identities(path) { written[own] = option }
        }
        for (descriptor, name) in [(STDOUT_FILENO, "standard output"), (STDERR_FILENO, "standard error")] {
            guard let identity = FileIdentity(descriptor: descriptor) else { continue }
            if read.contains(identity) { throw UsageError("\(name) goes to a file that this command reads") }
            if let other = written[identity] { throw UsageError("\(name) goes to the file that \(other) writes") }
        }
    }
}

extension Source {
    /// Files and folders that it is read from.
    package var paths: [String] {
        switch self {
        case .files(let checkpoint, let data): [checkpoint, data]
        case .features(let path, .beside): [path]
        case .features(let path, .file(let labels)): [path, labels]
        case .features(let path, .data(let data)): [path, data]
        case .demo: []
        }
    }
}
