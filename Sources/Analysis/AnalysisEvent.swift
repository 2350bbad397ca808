import Separation

/// What a running analysis tells, in this order: a header, progress and layers, a header again when accuracy is known.
public enum AnalysisEvent: Sendable {
    case header(RunHeader)
    case progress(JobProgress)
    /// A layer is finished; `layer` is its index in the header. Results of the preview are replaced later.
    case layer(Int, LayerResult, isPreview: Bool)
}
