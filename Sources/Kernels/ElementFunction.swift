import COneDNN

/// A function of single numbers that oneDNN can apply, alone or behind a convolution.
public struct ElementFunction: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// x where positive, else alpha · x.
        case relu
        /// x where positive, else alpha · (eˣ − 1).
        case elu
        /// alpha · x + beta.
        case linear
        /// Kept within alpha … beta.
        case clip
        /// alpha · x to the power beta.
        case power
        /// x · sigmoid(alpha · x).
        case swish
        case hardSwish, logistic, tanh, exponential, squareRoot, absolute, gelu, geluTanh
    }

    public var kind: Kind
    public var alpha: Float
    public var beta: Float

    public init(_ kind: Kind, alpha: Float = 0, beta: Float = 0) {
        self.kind = kind
        self.alpha = alpha
        self.beta = beta
    }

    public static let relu = ElementFunction(.relu)

    var description: sepal_function {
        sepal_function(algorithm: Int32(bitPattern: kind.algorithm.rawValue), alpha: alpha, beta: beta)
    }
}

extension ElementFunction.Kind {
    fileprivate var algorithm: dnnl_alg_kind_t {
        switch self {
        case .relu: dnnl_eltwise_relu
        case .elu: dnnl_eltwise_elu
        case .linear: dnnl_eltwise_linear
        case .clip: dnnl_eltwise_clip
        case .power: dnnl_eltwise_pow
        case .swish: dnnl_eltwise_swish
        case .hardSwish: dnnl_eltwise_hardswish
        case .logistic: dnnl_eltwise_logistic
        case .tanh: dnnl_eltwise_tanh
        case .exponential: dnnl_eltwise_exp
        case .squareRoot: dnnl_eltwise_sqrt
        case .absolute: dnnl_eltwise_abs
        case .gelu: dnnl_eltwise_gelu_erf
        case .geluTanh: dnnl_eltwise_gelu_tanh
        }
    }
}

/// An element function over runs of values of one length.
///
/// Made once, then run by all workers of a pool at a time, each on other values.
public final class ElementKernel: Sendable {
    /// Values per call.
    public let count: Int
    private let engine: Handle
    private let primitive: Handle
    private let lanes: [(stream: Handle, values: Handle)]

    /// - Throws: `KernelError.library`.
    public init(_ function: ElementFunction, count: Int, workers: Int) throws(KernelError) {
        self.count = count
        var description = function.description
        let engine = try Handle("an engine", destroy: dnnl_engine_destroy) {
            dnnl_engine_create(&$0, sepal_cpu(), 0)
        }
        let primitive = try Handle("an element function", destroy: dnnl_primitive_destroy) {
            sepal_elements_create(engine.pointer, &description, Int64(count), &$0)
        }
        var lanes: [(stream: Handle, values: Handle)] = []
        for _ in 0..<max(1, workers) {
            lanes.append(
                (
                    try Handle("a stream", destroy: dnnl_stream_destroy) {
                        dnnl_stream_create(&$0, engine.pointer, sepal_default_stream())
                    },
                    try Handle("memory for an element function", destroy: dnnl_memory_destroy) {
                        sepal_argument_memory(primitive.pointer, DNNL_ARG_SRC, 0, engine.pointer, &$0)
                    }
                ))
        }
        self.engine = engine
        self.primitive = primitive
        self.lanes = lanes
    }

    /// Applies the function to `count` values in place.
    /// - Parameter worker: whose lane to use; no two threads may use one at a time.
    /// - Throws: `KernelError.library`.
    public func run(_ values: UnsafeMutablePointer<Float>, worker: Int) throws(KernelError) {
        let lane = lanes[worker]
        try check("an element function") {
            sepal_elements_execute(primitive.pointer, lane.stream.pointer, lane.values.pointer, values)
        }
    }
}
