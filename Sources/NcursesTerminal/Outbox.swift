#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is on its way to a terminal: sent as far as there is room, and never waited for.
struct Outbox {
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private var sent = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    var isEmpty: Bool { sent == bytes.count }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// Sends what there is room for; the rest stays for the next call.
    mutating func send() throws(TerminalError) {
        while !isEmpty {
            let (written, code) = withoutWaiting(descriptor) {
                bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent) }
            }
            if written > 0 {
                sent += written
            } else if code == EAGAIN {
                return
            } else if [EIO, ENXIO, EPIPE, EBADF].contains(code) {
                throw .hungUp
            } else if code != EINTR {
                throw .failed(call: "write", code: code)
            }
        }
        discard()
    }

    /// Drops what wasn't sent.
    mutating func discard() { (bytes, sent) = ([], 0) }
}

/// Does something with a descriptor that doesn't wait meanwhile, and says what became of it, with the error number.
///
/// The flag belongs to all who have the same terminal open by the same descriptor, the shell among them: so it is there
/// for the moment only.
@discardableResult
func withoutWaiting<Value>(_ descriptor: Int32, _ body: () -> Value) -> (Value, code: Int32) {
    let flags = fcntl(descriptor, F_GETFL)
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    errno = 0
    let value = body()
    let code = errno
    if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags) }
    return (value, code)
}

/// close(2), which methods of that name would hide.
func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
