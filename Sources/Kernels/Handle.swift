import COneDNN

/// A oneDNN object and the function that gives it back. Nothing in it changes, and oneDNN's objects may be shared by threads
/// that do not run the same memory or stream at a time: hence `@unchecked Sendable`.
final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let destroy: (OpaquePointer?) -> dnnl_status_t

    /// - Throws: `KernelError.library` where `make` fails or leaves nothing; `.allocation` where there is no room for it.
    init(
        _ what: String, destroy: @escaping (OpaquePointer?) -> dnnl_status_t,
        make: (inout OpaquePointer?) -> dnnl_status_t
    ) throws(KernelError) {
        try Machine.checkRoomForCode()
        var made: OpaquePointer?
        let status = make(&made)
        self.destroy = destroy
        guard let made, status == dnnl_success else {
            if made != nil { _ = destroy(made) }
            throw .library(operation: what, status: UInt32(truncatingIfNeeded: status.rawValue))
        }
        pointer = made
    }

    // Destroying has no failure worth reporting: there is nothing left to do about it.
    deinit { _ = destroy(pointer) }
}
