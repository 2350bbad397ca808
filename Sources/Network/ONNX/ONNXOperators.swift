import Formats

extension ONNXImporter {
    /// The operators that are known, all of ONNX's own domain.
    static let operators: Set<String> = Set(Kind.allCases.flatMap(\.operators))

    /// Operators that are imported alike.
    private enum Kind: CaseIterable {
        case layer, pool, function, arithmetic, arrangement, passed, constant

        var operators: [String] {
            switch self {
            case .layer:
                [
                    "Conv", "BatchNormalization", "LayerNormalization", "Gemm", "MatMul", "PRelu", "Softmax",
                ]
            case .pool: ["MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "ReduceMean"]
            case .function:
                [
                    "Relu", "LeakyRelu", "Elu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Gelu", "Tanh",
                    "Erf", "Exp", "Sqrt", "Neg", "Abs", "Reciprocal", "Pow",
                ]
            case .arithmetic: ["Add", "Sub", "Mul", "Div", "Sum", "Min", "Max"]
            case .arrangement:
                [
                    "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Concat", "Split", "Slice", "Gather",
                    "Pad", "Expand",
                ]
            case .passed: ["Identity", "Dropout", "Cast"]
            case .constant:
                [
                    "Constant", "ConstantOfShape", "Shape", "Range", "Floor", "Ceil", "Mod", "Equal", "Where",
                    "ReduceProd",
                ]
            }
        }
    }

    /// Functions of single numbers.
    static let functions = Set(Kind.function.operators)

    private static let kinds: [String: Kind] = Dictionary(
        uniqueKeysWithValues: Kind.allCases.flatMap { kind in kind.operators.map { ($0, kind) } })

    /// Takes one node over.
    mutating func add(_ node: ONNXGraph.Node) throws {
        if let source = absorbed[node.outputs.first ?? ""] {
            set(node, values[source])
            return
        }
        guard let kind = Self.kinds[node.operation] else { throw node.refused("the operator is not known") }
        if try foldSampleIndices(node) || foldConstants(node) { return }
        switch kind {
        case .layer: try addLayer(node)
        case .pool: try addPool(node)
        case .function: try addFunction(node)
        case .arithmetic: try addArithmetic(node)
        case .arrangement: try addArrangement(node)
        case .passed: try addPassed(node)
        case .constant:
            throw node.refused("it depends on the pixels of the image, and only shapes may be computed with it")
        }
    }

    /// Nodes that change no value where a trained network is used.
    private mutating func addPassed(_ node: ONNXGraph.Node) throws {
        guard let input = node.input(0), let value = values[input] else { throw node.refused("it has no input") }
        if node.operation == "Cast", ![1, 10, 11, 16].contains(try node.integer("to", 1)) {
            throw node.refused("the values of images are computed with in floating point only")
        }
        set(node, value)
    }

    private mutating func addLayer(_ node: ONNXGraph.Node) throws {
        switch node.operation {
        case "Conv": try addConvolution(node)
        case "BatchNormalization": try addBatchNormalization(node)
        case "LayerNormalization": try addLayerNormalization(node)
        case "Gemm": try addGemm(node)
        case "MatMul": try addProduct(node)
        case "PRelu": try addParametricRelu(node)
        default: try addSoftmax(node)
        }
    }

    private mutating func addArrangement(_ node: ONNXGraph.Node) throws {
        switch node.operation {
        case "Reshape", "Flatten", "Expand": try addReshape(node)
        case "Transpose", "Squeeze", "Unsqueeze": try addAxes(node)
        case "Concat": try addConcatenation(node)
        case "Split": try addSplit(node)
        case "Slice": try addSlice(node)
        case "Gather": try addGather(node)
        default: try addPadding(node)
        }
    }

    /// Axis of a view for an axis of the ONNX tensor, which has the batch in front.
    func axis(_ axis: Int, _ view: TensorView, _ node: ONNXGraph.Node) throws(NetworkError) -> Int {
        guard let axis = normalizedAxis(axis, rank: view.axes.count + 1) else {
            throw node.refused("there is no axis \(axis) of \(view.axes.count + 1)")
        }
        guard axis > 0 else { throw node.refused("it works along the batch, which must stay apart from all else") }
        return axis - 1
    }
}
