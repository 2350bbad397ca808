import Separation

/// What a running analysis tells, in this order: a header, layers of the run file, progress and layers of the preview, then
/// of the full pass, a header again when accuracy is known, and progress of phase `finished`.
public enum AnalysisEvent: Sendable {
    case header(RunHeader)
    case progress(JobProgress)
    /// A layer is finished; `layer` is its index in the header. Results of the preview are replaced later.
    case layer(Int, LayerResult, isPreview: Bool)
}
