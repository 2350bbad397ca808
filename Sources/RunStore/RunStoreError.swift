/// Why a run file can't be made, read or continued. `isBadContent` tells wrong files from files that can't be reached.
public enum RunStoreError: Error, Equatable, CustomStringConvertible {
    /// No file of that name.
    case missing(path: String)
    /// A new run would overwrite a file.
    case exists(path: String)
    /// The file is there but the system doesn't let it be read.
    case notReadable(path: String, reason: String)
    /// The file or its folder can't be written.
    case notWritable(path: String, reason: String)
    /// Writing failed midway: the disk is full, or broken.
    case failed(path: String, reason: String)
    /// Another process holds the file longer than is worth waiting for.
    case busy(path: String)
    /// Not a run file at all.
    case notARunFile(path: String, found: String)
    /// Made by a later version of this program.
    case newerVersion(path: String, found: Int, supported: Int)
    /// A run file that is damaged; `part` is what couldn't be read.
    case damaged(path: String, part: String, reason: String)
    /// The run in the file isn't the one that is to be continued.
    case differentRun(path: String, differences: [String])
    /// What was to be joined to one run lacks some of its layers.
    case layersMissing(path: String, layers: [String])
    /// The layer has been stored before.
    case alreadyStored(path: String, layer: String)
    /// The result can't be one of this run.
    case unfitLayer(path: String, layer: String, reason: String)

    /// Whether what is in the file, or was to be put there, is at fault rather than the way to it.
    public var isBadContent: Bool {
        switch self {
        case .missing, .exists, .notReadable, .notWritable, .failed, .busy: false
        case .notARunFile, .newerVersion, .damaged, .differentRun, .layersMissing, .alreadyStored, .unfitLayer: true
        }
    }

    /// One line, whatever stands in the file.
    public var description: String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var text: String {
        switch self {
        case .missing(let path): "\(path): no such file; check the path"
        case .exists(let path): "\(path): the file exists already; choose another name, or remove it first"
        case .notReadable(let path, let reason): "\(path): cannot be read (\(reason)); check its permissions"
        case .notWritable(let path, let reason): "\(path): cannot be written (\(reason)); choose another place"
        case .failed(let path, let reason):
            "\(path): writing failed (\(reason)); make room, then resume: finished layers are kept"
        case .busy(let path): "\(path): another process is writing to it; wait for it to end"
        case .notARunFile(let path, let found): "\(path): not a run file, but \(found); give a .sepal file"
        case .newerVersion(let path, let found, let supported):
            "\(path): run file of version \(found), this program reads up to \(supported); update sepal"
        case .damaged(let path, let part, let reason):
            "\(path): \(part) is damaged (\(reason)); analyse anew or take a copy"
        case .differentRun(let path, let differences):
            "\(path): holds another run (\(differences.joined(separator: "; "))); use its options or another file"
        case .layersMissing(let path, let layers):
            "\(path): not made: \(layers.count) layers are in none of the parts "
                + "(\(layers.prefix(3).joined(separator: ", "))\(layers.count > 3 ? ", …" : "")); analyse those parts first"
        case .alreadyStored(let path, let layer):
            "\(path): layer \(layer) is stored already; another job may be writing"
        case .unfitLayer(let path, let layer, let reason):
            "\(path): layer \(layer) does not fit the run (\(reason)); analyse anew"
        }
    }
}
