import Tensors

/// A tensor that is known before the network runs: weights, or arithmetic on shapes. Its shape includes the batch, where
/// there is one.
struct ONNXConstant: Equatable {
    var shape: [Int]
    var values: Values

    enum Values: Equatable {
        /// nil stands for the number of samples, which no result depends on.
        case integers([Int?])
        case floats([Float])
    }

    init(shape: [Int], _ values: Values) {
        self.shape = shape
        self.values = values
    }

    init(_ integers: [Int?]) { self.init(shape: [integers.count], .integers(integers)) }

    init(_ tensor: Tensor) {
        shape = tensor.shape.dims
        values = tensor.integers().map { .integers($0) } ?? .floats(tensor.floats())
    }

    var count: Int {
        switch values {
        case .integers(let values): values.count
        case .floats(let values): values.count
        }
    }

    /// Whole numbers, all known; nil for other content.
    var integers: [Int]? {
        guard case .integers(let values) = values else { return nil }
        let known = values.compactMap { $0 }
        return known.count == values.count ? known : nil
    }

    /// As floating-point numbers; nil where the number of samples is among them.
    var floats: [Float]? {
        switch values {
        case .floats(let values): values
        case .integers: integers?.map { Float($0) }
        }
    }

    /// The only number of a scalar.
    var scalar: Float? { count == 1 ? floats?.first : nil }

    /// The elements at these places, in a new shape.
    func gathered(_ places: [Int], shape: [Int]) -> ONNXConstant {
        switch values {
        case .integers(let values): ONNXConstant(shape: shape, .integers(places.map { values[$0] }))
        case .floats(let values): ONNXConstant(shape: shape, .floats(places.map { values[$0] }))
        }
    }
}

extension ONNXConstant {
    /// The shape that two come to, as numpy stretches them; nil where they do not fit.
    static func stretched(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        let (a, b) = (padded(a, rank), padded(b, rank))
        guard zip(a, b).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
        return zip(a, b).map { $0 == 1 ? $1 : $0 }
    }

    /// With extents of 1 in front.
    static func padded(_ shape: [Int], _ rank: Int) -> [Int] {
        Array(repeating: 1, count: max(0, rank - shape.count)) + shape
    }

    /// For each element of a stretched shape, the place of the element that it is. The shape must fit.
    func places(in stretched: [Int]) -> [Int] {
        let own = Self.padded(shape, stretched.count)
        let steps = zip(own, Rearrangement.strides(own)).map { $0 == 1 ? 0 : $1 }
        let strides = Rearrangement.strides(stretched)
        return (0..<stretched.reduce(1, *)).map { element in
            stretched.indices.reduce(0) { $0 + element / strides[$1] % stretched[$1] * steps[$1] }
        }
    }
}
