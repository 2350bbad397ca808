import Dispatch

#if canImport(Glibc)
    import Glibc
#endif

/// Has the system get freed memory back soon, as is due in a program that stays. It holds for as long as the value does.
///
/// The larger the blocks that glibc sees freed, the more it keeps for later, up to 64 MB; and that for each of its heaps, of
/// which every thread may get its own. Of what the explorer held after an analysis it needed a quarter. What is freed
/// between blocks that stay is never given back by itself: megabytes in half an hour of hasty use.
final class FreedMemoryReturn {
    #if canImport(Glibc)
        private var timer: (any DispatchSourceTimer)?

        init() {
            // Declared in a header that Swift doesn't see, as are the options' names.
            typealias SetOption = @convention(c) (_ option: Int32, _ value: Int32) -> Int32
            typealias Trim = @convention(c) (_ kept: Int) -> Int32
            guard let option = dlsym(nil, "mallopt"), let trim = dlsym(nil, "malloc_trim") else { return }
            let setOption = unsafeBitCast(option, to: SetOption.self)
            let (trimThreshold, mapThreshold, mostHeaps): (Int32, Int32, Int32) = (-1, -3, -8)
            for (option, value): (Int32, Int32) in [(trimThreshold, 1 << 18), (mapThreshold, 1 << 18), (mostHeaps, 2)] {
                _ = setOption(option, value)
            }
            let trimHeaps = unsafeBitCast(trim, to: Trim.self)
            let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
            timer.setEventHandler { _ = trimHeaps(0) }
            timer.schedule(deadline: .now() + 60, repeating: 60, leeway: .seconds(5))
            timer.activate()
            self.timer = timer
        }

        deinit { timer?.cancel() }
    #endif
}
