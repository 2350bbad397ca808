import Formats
import Kernels

/// How a set of images is taken: which of them, in which order, at which size, by whom, and within which limits.
public struct ImageRequest: Sendable {
    /// How many images are kept, a prefix of the order; all where nil. No other pictures are decoded.
    public var limit: Int?
    /// The same for images of more than `largeArea` pixels, where that is fewer.
    public var limitOfLarge: Int?
    /// Permutes the order where given.
    public var seed: UInt64?
    /// Brings images to size. Picture files of differing sizes get `ImageTransform.imageNet` where none is given.
    public var transform = ImageTransform.none
    public var limits = Limits.standard
    /// Asked before pictures are decoded, when it is known how many of what height and width there will be: 3 for red, green
    /// and blue, 1 for grey. What it throws ends loading. 3 where nil.
    public var channels: (@Sendable (_ samples: Int, _ height: Int, _ width: Int) throws -> Int)?
    /// Whether labels alone are wanted: no picture is looked at, and the set has no pixels.
    public var labelsOnly = false
    /// Who decodes and resizes; all processors where nil.
    public var pool: WorkerPool?
    /// Ends loading with `KernelError.cancelled`.
    public var cancellation: Cancellation?

    /// Height × width beyond which images are large.
    public static let largeArea = 128 * 128

    public init(
        limit: Int? = nil, seed: UInt64? = nil, transform: ImageTransform = .none, limits: Limits = .standard
    ) {
        self.limit = limit
        self.seed = seed
        self.transform = transform
        self.limits = limits
    }

    /// How many images of this size are kept at most.
    func limit(height: Int, width: Int) -> Int? {
        guard let limitOfLarge, height.multipliedReportingOverflow(by: width).partialValue > Self.largeArea else {
            return limit
        }
        return min(limit ?? .max, limitOfLarge)
    }

    /// Says that there would have been more images; nothing where all have been taken.
    func note(taken: Int, of count: Int, height: Int, width: Int) -> [String] {
        guard taken < min(count, limit ?? .max) else { return [] }
        return ["images of \(width)×\(height): the first \(taken) taken (--limit takes more)"]
    }

    /// Runs `body` for 0..<count on the workers. Where bodies throw, the error of the least index is thrown, as a plain
    /// loop would.
    func forEach(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let pool = pool ?? WorkerPool(threads: WorkerPool.availableProcessors)
        try pool.run(items: count, cancellation: cancellation) { index, _ in try body(index) }
    }
}
