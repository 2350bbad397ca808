import Formats

/// How much has been made of an ONNX file, against files that make much of little.
struct ONNXBudget {
    /// What is counted, each with its limit.
    enum Kind: String {
        case uses = "numbers taken from constants"
        case computed = "numbers of constants to compute"
        case formulas = "values of formulas to compute"
        case search = "nodes to pass in search of blocks"
    }

    private let limits: Limits
    /// Of tensors in the file and beside it.
    private let numbers: Int
    private var spent: [Kind: Int] = [:]

    init(_ graph: ONNXGraph, _ limits: Limits) {
        self.limits = limits
        // Each took room in a file, so that no sum of them overflows.
        let constants = graph.nodes.lazy.flatMap(\.attributes.values).reduce(0) { sum, attribute in
            if case .tensor(let tensor) = attribute { sum + tensor.shape.count } else { sum }
        }
        numbers = graph.initializers.values.reduce(constants) { $0 + $1.shape.count }
    }

    private func limit(_ kind: Kind) -> Int {
        switch kind {
        // Exporters put weights into another order or shape, and use them twice.
        case .uses: limits.constantUses + 4 * numbers
        case .computed: limits.computedNumbers + 4 * numbers
        case .formulas: limits.formulaValues
        case .search: limits.searchedNodes
        }
    }

    /// Announces work for a node; throws where the sum would pass the limit.
    mutating func charge(_ kind: Kind, _ count: Int, _ node: String) throws(NetworkError) {
        let (sum, overflow) = spent[kind, default: 0].addingReportingOverflow(count)
        guard !overflow, sum <= limit(kind) else {
            throw .tooLarge(node: node, what: kind.rawValue, size: overflow ? .max : sum, limit: limit(kind))
        }
        spent[kind] = sum
    }

    /// Announces a constant of a shape; returns its count of elements. An extent of 0 counts as 1, so that no product of
    /// some of the others can overflow either.
    @discardableResult
    mutating func charge(_ kind: Kind, shape: [Int], _ node: String) throws(NetworkError) -> Int {
        try check(rank: shape.count, node)
        var room = 1
        for extent in shape {
            let (product, overflow) = room.multipliedReportingOverflow(by: max(1, extent))
            guard extent >= 0, !overflow else {
                throw .tooLarge(node: node, what: kind.rawValue, size: .max, limit: limit(kind))
            }
            room = product
        }
        try charge(kind, room, node)
        return shape.reduce(1, *)
    }

    func check(rank: Int, _ node: String) throws(NetworkError) {
        guard rank <= limits.rank else {
            throw .tooLarge(node: node, what: "axes of a tensor", size: rank, limit: limits.rank)
        }
    }
}
