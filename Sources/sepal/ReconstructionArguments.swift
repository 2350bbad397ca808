import ArgumentParser

/// What `prune` is told of fitting the layers that are left.
struct ReconstructionArguments: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Images to fit the remaining layers on, as --data takes them; nobody looks at their labels. Default: half of the \
            images, and accuracy is counted on the other half.
            """)
    var calibrate: String?

    @Option(name: .long, help: "How many images to fit on. Default: 1,000.")
    var calibrateImages: Int?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Fits the remaining layers so that they put out what the whole network does, by least squares. On by default \
            where there are images.
            """)
    var reconstruct: Bool?

    static let images = 1000

    func validate() throws {
        if let calibrateImages, calibrateImages < 1 {
            throw ValidationError("--calibrate-images \(calibrateImages): expected 1 or more.")
        }
        if reconstruct == false, calibrate != nil || calibrateImages != nil {
            throw ValidationError("--no-reconstruct fits nothing: leave --calibrate and --calibrate-images out.")
        }
    }
}
