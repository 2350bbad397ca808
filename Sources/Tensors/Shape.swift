/// The extents of a tensor, outermost axis first, with a checked element count.
public struct Shape: Hashable, Sendable {
    public let dims: [Int]
    /// The product of `dims`; 1 for a scalar.
    public let count: Int

    /// Fails where an extent is negative or the product does not fit an `Int`.
    public init?(_ dims: [Int]) {
        var count = 1
        for extent in dims {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { return nil }
            count = product
        }
        self.dims = dims
        self.count = count
    }

    public var rank: Int { dims.count }
    public subscript(axis: Int) -> Int { dims[axis] }
}

extension Shape: CustomStringConvertible {
    public var description: String { dims.map(String.init).joined(separator: "×") }
}
