import Foundation
import Kernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The most memory this process has held at a time, in bytes, parts of scratch files that were in memory included; 0 where
/// the system does not say.
public func peakMemoryBytes() -> Int {
    #if canImport(Glibc)
        // What getrusage has may be another program's: it outlasts the exec by which a large process has started this one.
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let peak = ProcessStatus(status)["VmHWM"]
        {
            return peak
        }
    #endif
    var usage = rusage()
    #if canImport(Glibc)
        // Linux counts kibibytes.
        return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
    #else
        return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
    #endif
}
