import ONNXModel
import Tensors

/// Whether a file's content is that of an ONNX network.
public func isONNX(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { ONNXScan.looksLike($0) && !Safetensors.looksLike($0) }
}

/// Whether a file's content is that of an ONNX network, as far as its start tells. O(1).
public func isONNX(_ file: InputFile) throws -> Bool { isONNX(try file.prefix(ForeignFile.prefixBytes)) }

/// Reads a network from an ONNX file.
///
/// - Parameters:
///   - bytes: the whole file.
///   - file: its name, for messages.
///   - folder: where it lies: tensors may be kept in files beside it, never outside.
/// - Throws: `FormatError`.
/// - Complexity: O(count). The values of tensors stay where they are until asked for.
public func readONNX(bytes: [UInt8], file: String, folder: String? = nil, limits: Limits = .standard) throws
    -> ONNXGraph
{
    guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
    let context = ReadContext(file: file, limits: limits, size: bytes.count)
    guard isONNX(bytes) else {
        throw FormatError.wrongKind(file: file, found: "no ONNX network", advice: "export the network to ONNX")
    }
    try bytes.withUnsafeBytes { try ONNXScan.check($0, context) }
    let model: Onnx_ModelProto
    do {
        model = try Onnx_ModelProto(onnx: bytes)
    } catch {
        // The scan has let the structure pass: what is left is text that is none.
        throw context.malformed(.file, "a name is not valid UTF-8, or a list of numbers is cut off")
    }
    return try ONNXGraph(model, folder: folder, context)
}

/// The same of a file, which is read whole.
public func readONNX(_ file: InputFile, folder: String? = nil, limits: Limits = .standard) throws -> ONNXGraph {
    guard file.size <= limits.fileBytes else {
        throw FormatError.tooLarge(
            file: file.name, what: "bytes of the file", size: file.size, limit: limits.fileBytes)
    }
    return try readONNX(bytes: try file.bytes(0..<file.size), file: file.name, folder: folder, limits: limits)
}

extension ONNXGraph {
    /// The oldest operators that are read; torch has not written older ones by default since 2021.
    public static let oldestOperatorSet = 11

    fileprivate init(_ model: Onnx_ModelProto, folder: String?, _ context: ReadContext) throws {
        guard model.hasGraph else { throw context.malformed(.file, "it has no graph") }
        irVersion = Int(clamping: model.irVersion)
        operatorSets = [:]
        for set in model.opsetImport {
            let domain = set.domain == "ai.onnx" ? "" : set.domain
            operatorSets[domain] = Int(clamping: set.version)
        }
        guard let version = operatorSets[""] else {
            throw context.malformed(.file, "it does not say which operator set it uses")
        }
        guard version >= Self.oldestOperatorSet else {
            throw context.unsupported(
                .file, "operator set \(version)",
                "export again with opset_version=\(Self.oldestOperatorSet) or later, or convert with onnx.version_converter"
            )
        }
        guard model.functions.isEmpty else {
            throw context.unsupported(.file, "a network of functions", "inline them with onnx.inliner")
        }
        let graph = model.graph
        guard graph.sparseInitializer.isEmpty else {
            throw context.unsupported(.file, "a sparse tensor", "export dense weights")
        }
        name = graph.name
        producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
        metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { $1 }
        initializers = [:]
        for tensor in graph.initializer {
            let tensor = try ONNXTensor(tensor, folder: folder, context)
            guard !tensor.name.isEmpty, initializers.updateValue(tensor, forKey: tensor.name) == nil else {
                throw context.malformed(.tensor(tensor.name), "the name comes twice or is empty")
            }
        }
        nodes = []
        nodes.reserveCapacity(graph.node.count)
        for node in graph.node { nodes.append(try Node(node, folder: folder, context)) }
        let given = initializers
        inputs = try graph.input.filter { given[$0.name] == nil }.map { try Value($0, context) }
        outputs = try graph.output.map { try Value($0, context) }
        try checkNames(context)
        companions = context.companionPaths
    }

    /// Each name must be given once, by an input, an initialiser or a node, before it is used.
    private func checkNames(_ context: ReadContext) throws {
        guard !inputs.isEmpty, !outputs.isEmpty else {
            throw context.malformed(.file, "its graph has no \(inputs.isEmpty ? "input" : "output")")
        }
        var known = Set(initializers.keys)
        for input in inputs where input.name.isEmpty || !known.insert(input.name).inserted {
            throw context.malformed(.tensor(input.name), "the name comes twice or is empty")
        }
        for node in nodes {
            for input in node.inputs where !input.isEmpty && !known.contains(input) {
                throw context.malformed(.node(node.label), "its input '\(input)' comes from nowhere before it")
            }
            for output in node.outputs where !output.isEmpty {
                guard known.insert(output).inserted else {
                    throw context.malformed(.node(node.label), "its output '\(output)' comes twice")
                }
            }
        }
        for output in outputs where !known.contains(output.name) {
            throw context.malformed(.tensor(output.name), "the output comes from nowhere")
        }
    }
}

extension ONNXGraph.Value {
    fileprivate init(_ value: Onnx_ValueInfoProto, _ context: ReadContext) throws {
        name = value.name
        guard value.type.hasTensorType else {
            throw context.unsupported(
                .tensor(value.name), "an input or output that is no tensor", "export the bare network")
        }
        guard value.type.tensorType.hasShape else {
            dims = nil
            return
        }
        let dims = value.type.tensorType.shape.dim
        guard dims.count <= context.limits.rank else {
            throw context.tooLarge("axes of a tensor", dims.count, context.limits.rank)
        }
        self.dims = dims.map { $0.hasDimValue ? .fixed(Int(clamping: $0.dimValue)) : .symbolic($0.dimParam) }
    }
}

extension ONNXGraph.Node {
    fileprivate init(_ node: Onnx_NodeProto, folder: String?, _ context: ReadContext) throws {
        name = node.name
        operation = node.opType
        domain = node.domain == "ai.onnx" ? "" : node.domain
        inputs = node.input
        outputs = node.output
        attributes = [:]
        for attribute in node.attribute {
            guard !attribute.hasG, attribute.graphs.isEmpty else {
                throw context.unsupported(
                    .node(label), "control flow (a graph within a node)", "export the network without branches or loops"
                )
            }
            guard !attribute.hasRefAttrName else {
                throw context.malformed(.node(label), "'\(attribute.name)' refers to a function's attribute")
            }
            let value = try ONNXGraph.Attribute(attribute, folder: folder, context)
            guard attributes.updateValue(value, forKey: attribute.name) == nil else {
                throw context.malformed(.node(label), "its attribute '\(attribute.name)' comes twice")
            }
        }
    }
}

extension ONNXGraph.Attribute {
    fileprivate init(_ attribute: Onnx_AttributeProto, folder: String?, _ context: ReadContext) throws {
        switch attribute.type {
        case 1: self = .float(attribute.f)
        case 2: self = .integer(Int(clamping: attribute.i))
        case 3: self = .text(String(decoding: attribute.s, as: UTF8.self))
        case 4: self = .tensor(try ONNXTensor(attribute.t, folder: folder, context))
        case 6: self = .floats(attribute.floats)
        case 7: self = .integers(attribute.ints.map { Int(clamping: $0) })
        default: self = .other
        }
    }
}
