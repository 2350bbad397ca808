#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

public enum ScaleKind: String, Sendable, CaseIterable {
    case linear, logarithmic
}

/// A labelled place on an axis.
public struct Tick: Equatable, Sendable {
    public var value: Double
    /// 0 at the axis's lower end, 1 at its upper.
    public var position: Double
    /// With as many decimals as tell the ticks apart.
    public var label: String

    public init(value: Double, position: Double, label: String) {
        self.value = value
        self.position = position
        self.label = label
    }
}

/// Values on an axis.
public struct Scale: Equatable, Sendable {
    public let kind: ScaleKind
    public let lower: Double
    public let upper: Double

    /// Decades that a logarithmic axis shows at most: a single value near zero must not squeeze the others.
    public static let maxDecades = 4.0

    /// The axis that shows all values. A linear one starts at zero (lower where there are negative values), but where less
    /// than half of it would be used, a little below the least value: a curve near its bound must not look flat. A logarithmic
    /// one starts at the least positive value, yet at most `maxDecades` below the greatest, and becomes a linear one where no
    /// value is positive. Values that aren't finite are left out; without any the axis is 0…1.
    public init(kind: ScaleKind, showing values: [Double]) {
        let values = values.filter { $0.isFinite && $0.magnitude < 1e100 }
        let greatest = values.max() ?? 0
        if kind == .logarithmic, let least = values.filter({ $0 > 1e-100 }).min() {
            self.kind = .logarithmic
            upper = greatest
            lower = least < greatest ? max(least, greatest * pow(10, -Self.maxDecades)) : greatest / 10
        } else {
            self.kind = .linear
            let least = values.min() ?? 0
            // Values that differ by less are taken for equal: they leave nothing to see.
            let isHigh = least > greatest / 2 && greatest - least > greatest / 1000
            lower = isHigh ? least - (greatest - least) / 20 : min(0, least)
            upper = max(0, greatest) - lower > 1e-90 ? max(0, greatest) : lower + 1
        }
    }

    /// The linear axis from one number to another; one of no length becomes 1 long.
    public init(showing range: ClosedRange<Double>) {
        kind = .linear
        lower = range.lowerBound
        upper = range.upperBound - lower > 1e-90 ? range.upperBound : lower + 1
    }

    /// Where a value stands: 0 at the lower end, 1 at the upper; values beyond them stand at the ends. NaN stands at 0.
    public func position(of value: Double) -> Double {
        let part: Double
        switch kind {
        case .linear: part = (value - lower) / (upper - lower)
        case .logarithmic: part = value > 0 ? log(value / lower) / log(upper / lower) : 0
        }
        return part >= 0 ? min(1, part) : 0
    }

    /// At most so many ticks at round numbers (1, 2 or 5 times a power of ten), from the lower end upwards.
    public func ticks(atMost count: Int) -> [Tick] {
        guard count > 0 else { return [] }
        let values = kind == .linear ? linearTicks(count) : logarithmicTicks(count)
        let decimals = values.map(Self.decimals).max() ?? 0
        return values.map { value in
            let own = kind == .linear ? decimals : Self.decimals(of: value)
            let label = own > 6 || value.magnitude >= 1e6 ? "\(value)" : NumberText.fixed(value, decimals: own)
            return Tick(value: value, position: position(of: value), label: label)
        }
    }

    private func linearTicks(_ count: Int) -> [Double] {
        let span = upper - lower
        var exponent = floor(log10(span / Double(count)))
        while true {
            for factor in [1.0, 2, 5] {
                // Dividing by a whole power of ten, not multiplying by its inverse, keeps 0.3 from being 0.30000000000000004.
                let unit = pow(10, exponent.magnitude)
                func at(_ index: Double) -> Double { exponent < 0 ? index * factor / unit : index * factor * unit }
                let first = ceil(lower / at(1) - 1e-9)
                let last = floor(upper / at(1) + 1e-9)
                let number = last - first + 1
                if number <= Double(count) { return number < 1 ? [] : (0..<Int(number)).map { at(first + Double($0)) } }
            }
            exponent += 1
        }
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let exponents = Int(floor(log10(lower)))...Int(ceil(log10(upper)))
        let choices: [[Double]] = [[1, 2, 5], [1, 3], [1]]
        for factors in choices {
            var values: [Double] = []
            for exponent in exponents {
                let unit = pow(10, Double(exponent.magnitude))
                for factor in factors {
                    let value = exponent < 0 ? factor / unit : factor * unit
                    if value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) { values.append(value) }
                }
            }
            if values.count <= count { return values }
        }
        return []
    }

    /// Decimals that a number of one or two significant digits needs.
    private static func decimals(of value: Double) -> Int {
        var decimals = 0
        var scaled = value.magnitude
        while decimals < 12, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
            scaled *= 10
            decimals += 1
        }
        return decimals
    }
}
