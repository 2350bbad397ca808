/// How pixels become what a network was trained on: (x/255 − mean) / std per channel.
public struct ImageNormalization: Equatable, Sendable {
    /// For people, and what `--norm` takes.
    public var name: String
    /// One number per channel.
    public var mean: [Double]
    public var std: [Double]

    public init(name: String, mean: [Double], std: [Double]) {
        self.name = name
        self.mean = mean
        self.std = std
    }

    public static let imageNet = ImageNormalization(
        name: "imagenet", mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    /// kuangliu, Lu et al., chenyaofo.
    public static let cifar10 = ImageNormalization(
        name: "cifar10", mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010])
    /// huyvnphan: the standard deviation over all pixels.
    public static let cifar10Pixels = ImageNormalization(
        name: "cifar10-pixels", mean: [0.4914, 0.4822, 0.4465], std: [0.2470, 0.2435, 0.2616])
    public static let cifar100 = ImageNormalization(
        name: "cifar100", mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762])

    /// Those in use for three channels, the likeliest first.
    public static let known = [cifar10, cifar10Pixels, imageNet, cifar100]

    /// Pixels as 0…1.
    public static func none(channels: Int) -> ImageNormalization {
        ImageNormalization(
            name: "none", mean: Array(repeating: 0, count: channels), std: Array(repeating: 1, count: channels))
    }

    /// What `--norm` names; nil for an unknown name.
    public static func named(_ name: String, channels: Int) -> ImageNormalization? {
        name == "none" ? none(channels: channels) : known.first { $0.name == name }
    }

    /// All names that `--norm` takes.
    public static var names: [String] { known.map(\.name) + ["none"] }

    /// From a file's metadata, keys `mean` and `std`, numbers between commas or brackets; nil where it has none that fit.
    /// - Throws: `AnalysisError.normalization` where they fit but can't be used.
    init?(metadata: [String: String], channels: Int) throws(AnalysisError) {
        func numbers(_ key: String) -> [Double]? {
            guard let text = metadata[key] else { return nil }
            let parts = text.split { ",[]() ".contains($0) }.map { Double($0) }
            let values = parts.compactMap { $0 }
            return values.count == parts.count && values.count == channels ? values : nil
        }
        guard let mean = numbers("mean"), let std = numbers("std") else { return nil }
        self.init(name: "the checkpoint's metadata", mean: mean, std: std)
        try check(channels: channels)
        name = "metadata"
    }

    /// - Throws: `AnalysisError.normalization` where the numbers do not fit the images.
    func check(channels: Int) throws(AnalysisError) {
        guard mean.count == channels, std.count == channels else {
            throw .normalization(
                "\(name) has \(mean.count) means and \(std.count) deviations for \(channels) channel(s)")
        }
        guard (mean + std).allSatisfy(\.isFinite), std.allSatisfy({ $0 > 0 }) else {
            throw .normalization("\(name): means must be finite and deviations above 0")
        }
    }
}
