#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The most memory this process has held at a time, in bytes; 0 where the system does not say.
public func peakMemoryBytes() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
        // Linux counts kibibytes.
        return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
    #else
        return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
    #endif
}
