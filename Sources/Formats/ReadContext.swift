import Tensors

/// What the readers of one file share: its name for messages, the limits, and how much has been decoded so far.
final class ReadContext {
    let file: String
    let limits: Limits
    private var decodedBytes = 0

    init(file: String, limits: Limits) {
        self.file = file
        self.limits = limits
    }

    /// Announces an allocation for file content; throws where the file's sum would pass the limit.
    func charge(_ bytes: Int) throws {
        let (sum, overflow) = decodedBytes.addingReportingOverflow(bytes)
        guard !overflow, sum <= limits.decodedBytes else {
            throw tooLarge("decoded bytes", overflow ? .max : sum, limits.decodedBytes)
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
