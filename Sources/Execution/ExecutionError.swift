/// Why a network can't be carried out on the data given.
public enum ExecutionError: Error, Equatable, CustomStringConvertible {
    /// Memory and scratch space together do not hold the activations of so many samples; `largest` is how many they do.
    case activationsTooLarge(samples: Int, bytes: Int, available: Int, largest: Int)

    public var description: String {
        switch self {
        case .activationsTooLarge(let samples, let bytes, let available, let largest):
            "activations of \(samples) samples need \(megabytes(bytes)), but memory and scratch space hold "
                + "\(megabytes(available)); "
                + (largest >= 2 ? "use --limit \(largest)" : "make room in the folder for temporary files (TMPDIR)")
        }
    }

    private func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MB" }
}
