/// Why a network can't be carried out on the data given.
public enum ExecutionError: Error, Equatable, CustomStringConvertible {
    case inputShape(expected: [Int], found: [Int])
    /// Memory and scratch space together do not hold the activations of so many samples.
    case activationsTooLarge(samples: Int, bytes: Int, available: Int, largest: Int)

    public var description: String {
        switch self {
        case .inputShape(let expected, let found):
            "the network takes images of \(text(expected)), the data holds \(text(found)); choose data that fits it"
        case .activationsTooLarge(let samples, let bytes, let available, let largest):
            "activations of \(samples) samples need \(megabytes(bytes)), but memory and scratch space hold "
                + "\(megabytes(available)); use --limit \(largest)"
        }
    }

    private func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
    private func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MB" }
}
