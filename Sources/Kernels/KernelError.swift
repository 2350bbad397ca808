/// What can go wrong at the seam to oneDNN and the operating system.
public enum KernelError: Error, Equatable, CustomStringConvertible {
    /// A call into oneDNN did not succeed; `status` is its `dnnl_status_t`.
    case library(operation: String, status: UInt32)
    /// Memory for an activation could not be had.
    case allocation(bytes: Int, reason: String)
    /// Room for an activation in a scratch file could not be had.
    case scratch(bytes: Int, folder: String, reason: String)
    /// The system refuses a thread.
    case thread(reason: String)
    /// The work was cancelled between two items.
    case cancelled

    public var description: String {
        switch self {
        case .library(let operation, let status): "oneDNN refused \(operation) (status \(status))"
        case .allocation(let bytes, let reason):
            "no room for \(bytes) bytes of activations: \(reason); use a smaller --limit"
        case .scratch(let bytes, let folder, let reason):
            "\(folder): no room for a scratch file of \(bytes) bytes (\(reason)); make room, set TMPDIR, or use a smaller --limit"
        case .thread(let reason):
            "no thread could be started (\(reason)); allow more processes (ulimit -u, a container's pids limit) or memory"
        case .cancelled: "cancelled"
        }
    }
}
