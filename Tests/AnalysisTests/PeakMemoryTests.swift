import Testing

@testable import Analysis

@Suite struct PeakMemoryTests {
    @Test func readsWhatTheSystemSays() {
        #expect(
            peakMemoryBytes(status: "Name:\tsepal\nVmPeak:\t  20000 kB\nVmHWM:\t  13736 kB\nVmRSS:\t 9 kB\n")
                == 14_065_664)
        #expect(peakMemoryBytes(status: "Name:\tsepal\n") == nil)
        #expect(peakMemoryBytes(status: "VmHWM:\tmuch kB\n") == nil && peakMemoryBytes(status: "VmHWM:\t1 MB\n") == nil)
    }

    @Test func isThisProcesssOwn() {
        #expect(peakMemoryBytes() > 1 << 20)
    }
}
