import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Processors at work over a stretch of time: 2 are two that had no pause.
struct ProcessorLoad {
    var process: Double
    /// All other programs, and what a host takes from a virtual machine.
    var others: Double

    static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }
}

/// Processor time that one process and all of them have used so far, where the system tells (Linux).
struct ProcessorTimes {
    private let process: Double
    private let busy: Double
    private let moment = ContinuousClock.now

    init?(process identifier: pid_t) {
        guard let all = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let own = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
            // The program's name may hold blanks; numbers follow its closing bracket.
            let end = own.lastIndex(of: ")")
        else { return nil }
        let total = all.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
        let fields = own[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
        guard total.count >= 8, fields.count >= 13 else { return nil }
        let tick = 1 / Double(sysconf(Int32(_SC_CLK_TCK)))
        // Idle time and waiting for disks are the fourth and the fifth; times as a guest are counted in the first two.
        busy = (total[..<8].reduce(0, +) - total[3] - total[4]) * tick
        process = (fields[11] + fields[12]) * tick
    }

    func load(since before: ProcessorTimes?) -> ProcessorLoad? {
        guard let before else { return nil }
        let seconds = before.moment.duration(to: moment) / .seconds(1)
        let own = (process - before.process) / seconds
        return ProcessorLoad(process: own, others: max(0, (busy - before.busy) / seconds - own))
    }
}
