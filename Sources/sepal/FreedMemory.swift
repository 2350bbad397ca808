#if canImport(Glibc)
    import Glibc
#endif

/// Has the system get memory back soon after it was freed, as is due in a program that stays.
///
/// The larger the blocks that glibc sees freed, the more it keeps for later, up to 64 MB; and that for each of its heaps, of
/// which every thread may get its own. Of what the explorer held after an analysis it needed a quarter.
func returnFreedMemory() {
    #if canImport(Glibc)
        // Declared in a header that Swift doesn't see, as are the options' names.
        typealias SetOption = @convention(c) (_ option: Int32, _ value: Int32) -> Int32
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let set = unsafeBitCast(symbol, to: SetOption.self)
        let (trimThreshold, mapThreshold, mostHeaps): (Int32, Int32, Int32) = (-1, -3, -8)
        for (option, value): (Int32, Int32) in [(trimThreshold, 1 << 18), (mapThreshold, 1 << 18), (mostHeaps, 2)] {
            _ = set(option, value)
        }
    #endif
}
