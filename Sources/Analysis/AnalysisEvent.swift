import Separation

/// What a running analysis tells, in this order: a header, layers of the run file, progress and layers of the preview, then
/// of the full pass, a header again when accuracy is known, and progress of phase `finished`.
public enum AnalysisEvent: Sendable {
    case header(RunHeader)
    case progress(JobProgress)
    /// A layer is finished; `layer` is its index in the header. Results of the preview are replaced later.
    case layer(Int, LayerResult, isPreview: Bool)
    /// How the samples of that layer lie, behind its result in a full pass that looks at it: its map, and its CKA with each
    /// layer of the header, nil with those that aren't known yet. `AlignmentMatrix.set` takes the row in.
    case geometry(Int, PrincipalMap?, alignments: [Double?])
}
