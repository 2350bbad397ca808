import Formats
import Network

/// Why an analysis can't begin although its files can be read.
public enum AnalysisError: Error, Equatable, CustomStringConvertible {
    /// No network can be made of the file's parameters.
    case network(file: String, NetworkError)
    /// The network has another number of classes than the data.
    case classCount(network: Int, data: Int)
    /// Means and deviations that can't be used.
    case normalization(String)
    /// Features or labels that don't fit; `array` is the one at fault.
    case features(file: String, array: String?, problem: String, advice: String)
    /// Two runs that can't be set beside each other: what differs, the two values, and what to do.
    case notComparable(what: String, String, String, advice: String)
    /// The network's scores of an image, counted in the order of analysis, hold NaN or infinity.
    case scores(image: Int)
    /// Network and data of which no run can be made, and why.
    case noRun(String)
    /// Images that layers can't be fitted on.
    case calibration(String)
    /// A `--norm` that nobody knows.
    case unknownNormalization(String, known: [String])

    public var description: String {
        switch self {
        case .network(let file, let error): "\(file): \(error)"
        case .classCount(let network, let data):
            "the network tells \(network) classes apart, the data has \(data); use the data it was trained on"
        case .normalization(let problem): "normalisation: \(problem); give --mean and --std, one number per channel"
        case .features(let file, let array, let problem, let advice):
            "\(file)\(array.map { ", array '\($0)'" } ?? ""): \(problem); \(advice)"
        case .notComparable(let what, let a, let b, let advice):
            "the runs can't be compared: \(what) \(a) here and \(b) there; \(advice)"
        case .scores(let image):
            "the network's scores of image \(image) hold NaN or infinity; check the checkpoint's weights"
        case .calibration(let problem): problem
        case .noRun(let problem): "no run can be made of this: \(problem)"
        case .unknownNormalization(let name, let known):
            "--norm \(name): not known; choose one of \(known.joined(separator: ", ")), or give --mean and --std"
        }
    }
}
