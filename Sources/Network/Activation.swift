import Foundation

/// A function of single numbers.
public enum Activation: Hashable, Sendable {
    case relu
    /// Kept within bounds; ReLU6 is `clip(0, 6)`.
    case clip(low: Float, high: Float)
    /// x where it is positive, else x · slope.
    case leakyRelu(slope: Float)
    /// x where it is positive, else (eˣ − 1) · alpha.
    case elu(alpha: Float)
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// x · slope + offset, kept within 0…1.
    case hardSigmoid(slope: Float, offset: Float)
    /// x · hardSigmoid(x) with slope 1/6 and offset 1/2.
    case hardSwish
    /// x · sigmoid(x), also called SiLU.
    case swish
    /// x · Φ(x), with Φ the normal distribution, by the error function.
    case gelu
    /// The same by its approximation with tanh.
    case geluTanh
    case tanh
    case erf
    case exponential
    case squareRoot
    case reciprocal
    case absolute
    case negative
    case power(Float)

    public static let relu6 = Activation.clip(low: 0, high: 6)

    /// The value at x, in float64; NaN stays NaN.
    public func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .relu: x < 0 ? 0 : x
        case .clip(let low, let high): x < Double(low) ? Double(low) : x > Double(high) ? Double(high) : x
        case .leakyRelu(let slope): x < 0 ? x * Double(slope) : x
        case .elu(let alpha): x < 0 ? expm1(x) * Double(alpha) : x
        case .sigmoid: 1 / (1 + exp(-x))
        case .hardSigmoid(let slope, let offset): Self.clip(low: 0, high: 1)(x * Double(slope) + Double(offset))
        case .hardSwish: x * Self.clip(low: 0, high: 1)(x / 6 + 0.5)
        case .swish: x / (1 + exp(-x))
        case .gelu: 0.5 * x * (1 + Foundation.erf(x / 2.0.squareRoot()))
        case .geluTanh: 0.5 * x * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .tanh: Foundation.tanh(x)
        case .erf: Foundation.erf(x)
        case .exponential: exp(x)
        case .squareRoot: x.squareRoot()
        case .reciprocal: 1 / x
        case .absolute: abs(x)
        case .negative: -x
        case .power(let exponent): pow(x, Double(exponent))
        }
    }
}
