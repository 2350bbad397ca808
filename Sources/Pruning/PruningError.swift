/// What can be wrong when a network is cut: each case names what is concerned, and its description is one line.
public enum PruningError: Error, Equatable, CustomStringConvertible {
    /// Nothing of that name; `near` are units that may be meant.
    case unknownUnit(String, near: [String])
    /// A layer inside of a unit.
    case insideUnit(String, unit: String)
    /// Units that can't be cut, each with the reason.
    case notCuttable([String])
    /// No unit is left to cut, or none was asked for.
    case nothingToCut(String)
    /// More was asked for than can be cut.
    case tooMuch(asked: String, most: String)
    /// A policy needs what isn't known.
    case unknownFlags(policy: String, advice: String)
    /// The parameters that are left are not those of a network of the same family.
    case otherNetwork(String)
    /// An operation that cannot be written as a PyTorch module.
    case noTorchForm(node: String, problem: String)
    /// The checkpoint does not hold exactly the parameters of the module that the graph makes.
    case otherParameters(node: String, problem: String)

    public var description: String {
        switch self {
        case .unknownUnit(let name, let near):
            "--cut \(name): the network has no such unit; \(near.isEmpty ? "--dry-run lists them" : "there is \(near.joined(separator: ", "))")"
        case .insideUnit(let name, let unit):
            "--cut \(name): it lies inside \(unit), which is cut as a whole or not at all"
        case .notCuttable(let reasons): "--cut: can't be cut: \(reasons.joined(separator: "; ")); leave them in"
        case .nothingToCut(let reason): "nothing to cut: \(reason)"
        case .tooMuch(let asked, let most): "\(asked) can't be cut: there is \(most) at most"
        case .unknownFlags(let policy, let advice): "--policy \(policy) needs the curves of a finished run; \(advice)"
        case .otherNetwork(let reason): "the cut network can't be written under its family's names: \(reason)"
        case .noTorchForm(let node, let problem):
            "node \(node): \(problem) cannot be written in PyTorch; retrain the network with its own training code"
        case .otherParameters(let node, let problem):
            "node \(node): \(problem); give the checkpoint that the network was read from"
        }
    }
}
