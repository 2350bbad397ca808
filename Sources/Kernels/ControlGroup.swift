/// What Linux's control groups leave a process of the machine, as in a container.
struct ControlGroup: Equatable {
    /// Bytes; nil where nothing is said.
    private(set) var memory: Int?
    /// Processors' worth of time; nil likewise.
    private(set) var processors: Double?

    /// - Parameters:
    ///   - membership: of `/proc/self/cgroup`, a line `number:controllers:path` for each hierarchy; that of version 2 has no controllers.
    ///   - read: the text of a file below `/sys/fs/cgroup`; nil where there is none.
    init(membership: String, read: (String) -> String?) {
        func numbers(_ file: String) -> [Int?] {
            read(file)?.split(whereSeparator: \.isWhitespace).map { Int($0) } ?? []
        }
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            for group in Self.groups(above: fields[2]) {
                if controllers.isEmpty {
                    // Where both versions are mounted, the second stands in a folder of its own.
                    for root in ["", "/unified"] {
                        limit(memory: numbers("\(root)\(group)/memory.max").first ?? nil)
                        limit(memory: numbers("\(root)\(group)/memory.high").first ?? nil)
                        let time = numbers("\(root)\(group)/cpu.max")
                        if time.count == 2 { limit(time: time[0], of: time[1]) }
                    }
                }
                if controllers.contains("memory") {
                    limit(memory: numbers("/memory\(group)/memory.limit_in_bytes").first ?? nil)
                }
                if controllers.contains("cpu") {
                    limit(
                        time: numbers("/cpu\(group)/cpu.cfs_quota_us").first ?? nil,
                        of: numbers("/cpu\(group)/cpu.cfs_period_us").first ?? nil)
                }
            }
        }
    }

    /// A group and those that it lies in, whose limits hold for it as well. In a container the path may be one that is only known
    /// outside: then the last, the root, is the container's own.
    private static func groups(above path: Substring) -> [String] {
        let parts = path.split(separator: "/")
        return (0...parts.count).reversed().map { parts.prefix($0).map { "/" + $0 }.joined() }
    }

    private mutating func limit(memory bytes: Int?) {
        guard let bytes, bytes > 0 else { return }
        memory = min(memory ?? bytes, bytes)
    }

    private mutating func limit(time: Int?, of period: Int?) {
        guard let time, let period, time > 0, period > 0 else { return }
        let share = Double(time) / Double(period)
        processors = min(processors ?? share, share)
    }
}
