import Testing

@testable import Signals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct SignalRuleTests {
    /// What the system does with a signal that nobody catches is nothing (SIGCHLD, SIGURG, SIGWINCH, SIGCONT), or can't be
    /// helped (SIGKILL, SIGSTOP), or is dealt with.
    @Test func everySignalThatWouldKillIsDealtWith() {
        let harmless: Set = [SIGKILL, SIGSTOP, SIGCHLD, SIGURG]
        for number in SignalRule.numbers {
            #expect((SignalRule(number) == .untouched) == harmless.contains(number), "signal \(number)")
        }
        let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO]
        for number in ending { #expect(SignalRule(number) == .ending, "signal \(number)") }
        #expect(SignalRule.ignored.numbers == [SIGPIPE, SIGXFSZ].sorted())
        #if canImport(Glibc)
            for number in Int32(34)...64 { #expect(SignalRule(number) == .ending, "signal \(number)") }
        #endif
    }

    /// A file that was doomed is removed; one that was given up, or whose holder is gone, stays.
    @Test func filesAreForgottenWithTheirHolder() {
        let path = "/nowhere/sepal-\(UInt64.random(in: .min ... .max))"
        let copies = (0..<40).map { _ in DoomedFiles.add(path) }
        #expect(copies.contains { $0 == nil } && copies.contains { $0 != nil }, "there is room for some only")
        copies.forEach { $0.map(DoomedFiles.forget) }
        let again = DoomedFiles.add(path)
        #expect(again != nil)
        again.map(DoomedFiles.forget)
    }
}
