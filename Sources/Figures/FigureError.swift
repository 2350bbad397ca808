/// Why figures can't be made.
public enum FigureError: Error, Equatable, CustomStringConvertible {
    /// The run has no finished layer.
    case noLayers
    /// A word of `--layers` that names no layer of the run.
    case unknownLayer(String)
    /// A layer that is asked for but not finished.
    case unfinishedLayer(String)
    /// Cairo can't draw; the reason is its own.
    case drawing(sheet: String, reason: String)
    /// The folder or a file in it can't be written.
    case notWritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .noLayers: "no layer is finished yet; go on with the analysis that writes the run"
        case .unknownLayer(let word):
            "--layers \(word): no such layer; give names, numbers from 1, ranges as 3-7, block, or all"
        case .unfinishedLayer(let name): "--layers: \(name) is not finished; go on with the analysis, or leave it out"
        case .drawing(let sheet, let reason): "\(sheet): cannot be drawn (\(reason)); choose fewer layers or formats"
        case .notWritable(let path, let reason): "\(path): cannot be written (\(reason)); choose another place"
        }
    }
}
