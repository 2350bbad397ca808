import Tensors

/// What the readers of one file share: its name for messages, the limits, and how much has been decoded so far.
final class ReadContext {
    let file: String
    let limits: Limits
    private var decodedBytes = 0
    /// No small file is let grow without bounds.
    private var mostDecoded: Int
    private var companions: [String: InputFile] = [:]

    /// - Parameter size: of the file, in bytes; content is limited by it.
    init(file: String, limits: Limits, size: Int = .max) {
        self.file = file
        self.limits = limits
        mostDecoded = min(limits.decodedAtLeast, limits.decodedBytes)
        admit(size)
    }

    convenience init(_ file: InputFile, limits: Limits) {
        self.init(file: file.name, limits: limits, size: file.size)
    }

    /// A file that belongs to this one, and whose content may be as large as its own size lets it be.
    func companion(_ path: String) throws -> InputFile {
        if let known = companions[path] { return known }
        let file = try InputFile(path, isHeld: false)
        admit(file.size)
        companions[path] = file
        return file
    }

    private func admit(_ size: Int) {
        let (most, overflow) = size.multipliedReportingOverflow(by: limits.decodedGrowth)
        mostDecoded = overflow ? limits.decodedBytes : min(limits.decodedBytes - mostDecoded, most) + mostDecoded
    }

    /// Paths of those that were asked for.
    var companionPaths: [String] { companions.keys.sorted() }

    /// Announces an allocation for file content; throws where the file's sum would pass the limit.
    func charge(_ bytes: Int) throws {
        let (sum, overflow) = decodedBytes.addingReportingOverflow(bytes)
        guard !overflow, sum <= mostDecoded else {
            throw tooLarge("decoded bytes", overflow ? .max : sum, mostDecoded)
        }
        decodedBytes = sum
    }

    /// The shape of these extents, within the limits; the byte count it implies is checked as well.
    func shape(_ dims: [Int], of type: ElementType, at place: FormatError.Place) throws -> Shape {
        guard dims.count <= limits.rank else { throw tooLarge("axes of a tensor", dims.count, limits.rank) }
        guard let shape = Shape(dims), !shape.count.multipliedReportingOverflow(by: type.size).overflow else {
            throw malformed(place, "its shape \(dims) is impossible")
        }
        return shape
    }

    func malformed(_ place: FormatError.Place, _ problem: String) -> FormatError {
        .malformed(file: file, place: place, problem: problem)
    }

    func tooLarge(_ what: String, _ size: Int, _ limit: Int) -> FormatError {
        .tooLarge(file: file, what: what, size: size, limit: limit)
    }

    func unsupported(_ place: FormatError.Place, _ feature: String, _ advice: String) -> FormatError {
        .unsupported(file: file, place: place, feature: feature, advice: advice)
    }
}
