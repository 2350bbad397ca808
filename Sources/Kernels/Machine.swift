import CVector
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this process may use of the machine: all of it, or what a container and limits on processes leave.
public enum Machine {
    /// Bytes of memory.
    public static var memory: Int {
        min(Int(clamping: ProcessInfo.processInfo.physicalMemory), group.memory ?? .max, room)
    }

    /// Processors: those that this process is bound to, as far as it gets their time.
    public static var processors: Int {
        let bound = ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(bound, Int(exactly: group.processors?.rounded(.up) ?? .infinity) ?? bound))
    }

    private static var group: ControlGroup {
        ControlGroup(membership: text("/proc/self/cgroup") ?? "") { text("/sys/fs/cgroup" + $0) }
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    /// Has something done before the process ends because a limit on it refuses an allocation; it may allocate nothing itself.
    public static func beforeEndWithoutMemory(_ body: @convention(c) () -> Void) {
        sepal_before_end_without_memory(body)
    }

    /// Bytes that may still be mapped under the limits on a process (`ulimit -v`, `-d`).
    static var room: Int {
        #if canImport(Glibc)
            func limit(_ resource: __rlimit_resource) -> Int? {
                var limit = rlimit()
                guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
                return Int(exactly: limit.rlim_cur)
            }
            let (space, data) = (limit(RLIMIT_AS), limit(RLIMIT_DATA))
            // Hardly ever is there one.
            guard space != nil || data != nil else { return .max }
            return room(addressSpace: space, data: data, status: text("/proc/self/status") ?? "")
        #else
            return .max
        #endif
    }

    /// Sees whether there is room for the code that oneDNN makes when it is asked for something new: it writes it without looking
    /// whether it got the memory.
    /// - Throws: `KernelError.allocation`.
    static func checkRoomForCode() throws(KernelError) {
        let (wanted, left) = (32 << 20, room)
        guard left < wanted else { return }
        throw .allocation(bytes: wanted, reason: "a limit on the process (ulimit -v, -d) leaves \(left >> 20) MB")
    }

    /// - Parameter status: what Linux says of a process in `/proc/…/status`.
    static func room(addressSpace: Int?, data: Int?, status: String) -> Int {
        func left(of limit: Int?, _ name: String) -> Int {
            guard let limit else { return .max }
            return max(0, limit - (ProcessStatus(status)[name] ?? 0))
        }
        return min(left(of: addressSpace, "VmSize"), left(of: data, "VmData"))
    }
}

/// What Linux says of a process's memory, in lines like `VmHWM:    13736 kB`.
public struct ProcessStatus {
    private let lines: [Substring]

    /// - Parameter text: of `/proc/…/status`.
    public init(_ text: String) { lines = text.split(separator: "\n") }

    /// Bytes under a name; nil where there are none.
    public subscript(_ name: String) -> Int? {
        let fields = lines.first { $0.hasPrefix(name + ":") }?.split(whereSeparator: \.isWhitespace) ?? []
        guard fields.count == 3, fields[2] == "kB" else { return nil }
        return Int(fields[1]).map { $0 * 1024 }
    }
}
