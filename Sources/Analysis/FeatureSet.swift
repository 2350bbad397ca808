import Formats
import Tensors

/// The arrays of a file told apart: layers, and what goes with them.
struct FeatureSet {
    /// Names that are no layers.
    static let reserved: Set<String> = ["labels", "logits", "classes", "blocks"]

    static func isFloat(_ array: ArrayFile.Entry) -> Bool {
        array.elementType.map { [.float16, .bfloat16, .float32, .float64].contains($0) } ?? false
    }

    let layers: [ArrayFile.Entry]
    /// N, the rows that all of them have.
    let count: Int
    /// N×C.
    private(set) var logits: ArrayFile.Entry?
    /// Names of the layers on the block level; nil where nothing is said of it.
    private(set) var blocks: Set<String>?

    init(_ file: ArrayFile) throws {
        func wrong(_ array: ArrayFile.Entry, _ problem: String, _ advice: String) -> AnalysisError {
            .features(file: file.name, array: array.name, problem: problem, advice: advice)
        }
        func check(_ array: ArrayFile.Entry) throws {
            guard Self.isFloat(array) else {
                throw wrong(
                    array, "elements are \(array.typeName), not float16, float32, float64 or bfloat16",
                    "convert it, or leave it out")
            }
            guard array.shape.rank >= 2, !array.shape.dims.dropFirst().contains(0) else {
                throw wrong(
                    array, "its shape is \(array.shape.dims), not N×…", "give a row of features for each sample")
            }
        }
        layers = try Self.ordered(file)
        guard let first = layers.first else {
            throw AnalysisError.features(
                file: file.name, array: nil,
                problem: "there are no layers, only \(Self.list(file.entries.map(\.name)))",
                advice: "add an array N×… for each layer")
        }
        for layer in layers {
            try check(layer)
            guard layer.shape[0] == first.shape[0] else {
                throw wrong(
                    layer, "it has \(layer.shape[0]) rows, but '\(first.name)' has \(first.shape[0])",
                    "give every layer the same samples")
            }
        }
        count = first.shape[0]
        guard count >= 2 else {
            throw wrong(first, "it has \(count) row(s)", "give at least 2 samples")
        }
        if let logits = file["logits"] {
            try check(logits)
            guard logits.shape.rank == 2, logits.shape[0] == count else {
                throw wrong(
                    logits, "its shape is \(logits.shape.dims), not \(count)×C", "give a row for each sample")
            }
            self.logits = logits
        }
        if let names = try file.names("blocks") {
            let known = Set(layers.map(\.name))
            if let unknown = names.first(where: { !known.contains($0) }) {
                throw AnalysisError.features(
                    file: file.name, array: "blocks", problem: "it names '\(unknown)', which is no layer",
                    advice: "name layers of the file")
            }
            blocks = Set(names)
        }
    }

    /// As safetensors' metadata have it, else as the file does.
    private static func ordered(_ file: ArrayFile) throws -> [ArrayFile.Entry] {
        guard file.isSafetensors, let names = file.metadata["layers"]?.names else {
            return file.entries.filter { !reserved.contains($0.name) }
        }
        guard Set(names).count == names.count else {
            throw AnalysisError.features(
                file: file.name, array: nil, problem: "its metadata name a layer twice", advice: "name each once")
        }
        return try names.map { name in
            guard let entry = file[name], !reserved.contains(name) else {
                throw AnalysisError.features(
                    file: file.name, array: name, problem: "the metadata name this layer, but there is no such array",
                    advice: "name arrays of the file")
            }
            return entry
        }
    }

    static func list(_ names: [String]) -> String { names.prefix(8).map { "'\($0)'" }.joined(separator: ", ") }
}

extension ArrayFile {
    /// A list of names: an array of text, or the metadata of that name.
    func names(_ name: String) throws -> [String]? {
        if let entry = self[name] {
            guard case .strings(let names) = try read(entry) else {
                throw AnalysisError.features(
                    file: self.name, array: name, problem: "it holds \(entry.typeName), not text", advice: "give names")
            }
            return names
        }
        return metadata[name]?.names
    }
}

extension String {
    /// Names on lines of their own, or else between commas.
    fileprivate var names: [String] {
        let lines = split(whereSeparator: \.isNewline)
        let parts = lines.count > 1 ? lines : split(separator: ",")
        return parts.map { part in
            let start = part.drop(while: \.isWhitespace)
            return String(start.reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
