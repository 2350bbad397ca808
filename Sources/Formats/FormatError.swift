/// Why a file could not be read or written. Every description is one line: what is wrong, where, what to do.
public enum FormatError: Error, Equatable {
    /// The operating system would not hand out the file: it is missing, or not permitted.
    case unreadable(file: String, reason: String)
    /// A folder, a named pipe, a socket or a device where a file is due.
    case notAFile(file: String, found: String)
    /// Somebody wrote to the file, or cut it short, while it was read.
    case changed(file: String)
    /// The file has no bytes.
    case empty(file: String)
    /// A well-known kind of file, but not one that is wanted here.
    case wrongKind(file: String, found: String, advice: String)
    /// The file ends at `end`, within something that starts at byte `offset` and takes `needs` bytes.
    case truncated(file: String, offset: Int, needs: Int, end: Int)
    /// The content contradicts itself or its format.
    case malformed(file: String, place: Place, problem: String)
    /// A size beyond one of the named `Limits`.
    case tooLarge(file: String, what: String, size: Int, limit: Int)
    /// Valid, but beyond what is read here.
    case unsupported(file: String, place: Place, feature: String, advice: String)
    /// No tensors where a state dict was looked for; `found` says what is there instead.
    case noTensors(file: String, found: String)
    /// Content that the file's format has no room for.
    case unstorable(file: String, place: Place, problem: String)
    /// The operating system would not take the file, or its format can't hold what is to be written.
    case unwritable(file: String, reason: String)

    /// Where in a file.
    public enum Place: Equatable, Sendable {
        case file
        case byte(Int)
        case tensor(String)
        /// A member of an archive.
        case entry(String)
        /// A node of a network's graph.
        case node(String)
        /// An image of a data set, with the byte its record starts at.
        case record(Int, byte: Int)
    }

    /// What sets of labelled images are read, as advice in messages.
    public static let imageAdvice = "give CIFAR batches, idx or npy files, an npz, or a folder of images per class"

    /// What is wrong, for a sentence that names the file.
    public var reason: String {
        switch self {
        case .unreadable(_, let reason), .unwritable(_, let reason): reason
        case .notAFile(_, let found), .wrongKind(_, let found, _): found
        case .tooLarge(_, let what, let size, let limit): "\(size) \(what), more than \(limit)"
        default: description
        }
    }

    /// Whether the file system failed rather than the content: such errors end a command with exit code 74, not 65.
    public var isInputOutput: Bool {
        switch self {
        case .unreadable, .notAFile, .changed, .unwritable: true
        default: false
        }
    }
}

extension FormatError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason); check the path"
        case .notAFile(let file, let found):
            "\(file): this is \(found), not a regular file; check the path"
        case .changed(let file):
            "\(file): it changed while it was read; start again when nothing writes to it any more"
        case .empty(let file):
            "\(file): the file is empty; copy or download it again"
        case .wrongKind(let file, let found, let advice):
            "\(file): this is \(found); \(advice)"
        case .truncated(let file, let offset, let needs, let end):
            """
            \(file): the file ends at byte \(end), but \(needs) bytes are due at byte \(offset); \
            copy or download it again
            """
        case .malformed(let file, let place, let problem):
            "\(file)\(place): \(problem); the file is damaged or was not written by the usual tools"
        case .tooLarge(let file, let what, let size, let limit):
            "\(file): \(what): \(size) is beyond the limit of \(limit); is this the right file?"
        case .unsupported(let file, let place, let feature, let advice):
            "\(file)\(place): \(feature) is not read; \(advice)"
        case .noTensors(let file, let found):
            "\(file): no tensors found, only \(found); save the network's state_dict()"
        case .unstorable(let file, let place, let problem):
            "\(file)\(place): cannot be written: \(problem)"
        case .unwritable(let file, let reason):
            "\(file): cannot be written: \(reason); choose another place"
        }
    }
}

extension FormatError.Place: CustomStringConvertible {
    /// With a leading comma, to follow a file name.
    public var description: String {
        switch self {
        case .file: ""
        case .byte(let offset): ", byte \(offset)"
        case .tensor(let name): ", tensor '\(name)'"
        case .entry(let name): ", entry '\(name)'"
        case .node(let name): ", node '\(name)'"
        case .record(let index, let byte): ", image \(index) (byte \(byte))"
        }
    }
}
