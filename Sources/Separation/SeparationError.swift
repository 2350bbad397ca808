/// What the mathematics can't be applied to.
public enum SeparationError: Error, Equatable, CustomStringConvertible {
    /// A representation holds NaN or infinity; `sample` counts in the order of analysis.
    case notFinite(layer: String, sample: Int)
    /// Fewer than two samples: there is no pair.
    case tooFewSamples(Int)
    /// Modularity needs two classes or more.
    case oneClassOnly(samples: Int)
    /// Fewer labels than samples.
    case labelCount(expected: Int, found: Int)
    /// An option out of range; `name` is how it is typed.
    case badOption(name: String, value: String, allowed: String)

    public var description: String {
        switch self {
        case .notFinite(let layer, let sample):
            "layer \(layer): the representation of sample \(sample) holds NaN or infinity; check the checkpoint's weights"
        case .tooFewSamples(let count): "\(count) samples are too few: similarity needs at least 2; raise --samples"
        case .oneClassOnly(let samples):
            "all \(samples) samples are of one class; modularity needs two or more, so take more samples or other data"
        case .labelCount(let expected, let found): "\(found) labels for \(expected) samples; give each sample one"
        case .badOption(let name, let value, let allowed): "\(name) \(value): expected \(allowed)"
        }
    }
}
