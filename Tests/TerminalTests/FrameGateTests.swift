import Testing

@testable import NcursesTerminal

/// One frame under way at a time, on a clock of the test's own.
@Suite struct FrameGateTests {
    @Test func aReplyOpensTheGate() {
        var gate = FrameGate(isKnown: true)
        #expect(gate.asks && gate.isOpen(at: 0) && gate.opening == nil)
        gate.takeRequest(at: 1)
        #expect(!gate.isOpen(at: 1.01) && gate.expected(at: 1.01) == 1)
        gate.takeReply(at: 1.02)
        #expect(gate.isOpen(at: 1.02) && gate.opening == nil && gate.expected(at: 1.02) == 0)
    }

    @Test func soDoesTimeAlone() {
        var gate = FrameGate(isKnown: true)
        gate.takeRequest(at: 1)
        #expect(gate.opening == 1.25)
        #expect(!gate.isOpen(at: 1.2) && gate.isOpen(at: 1.25))
    }

    @Test func whoeverNeverAnswersIsNotAskedAnyMore() {
        var gate = FrameGate(isKnown: true)
        for frame in 0..<3 {
            #expect(gate.asks)
            gate.takeRequest(at: Double(frame))
            #expect(gate.opening == (frame < 2 ? Double(frame) + 0.25 : nil))
        }
        #expect(!gate.asks && gate.isOpen(at: 2) && gate.expected(at: 2) == 0)
        // A reply after all, on a slow link: those to the others are under way as well.
        gate.takeReply(at: 5)
        #expect(gate.asks && !gate.isOpen(at: 5) && gate.expected(at: 5) == 2)
        gate.takeReply(at: 5.1)
        gate.takeReply(at: 5.2)
        #expect(gate.isOpen(at: 5.2) && gate.expected(at: 5.2) == 0)
    }

    @Test func unknownTypesAreNeverAsked() {
        let gate = FrameGate(isKnown: false)
        #expect(!gate.asks && gate.isOpen(at: 0) && gate.expected(at: 0) == 0)
    }

    /// Two seconds a frame: those sent before that was known are waited out, and from there on one is under way.
    @Test func aSlowLinkIsWaitedFor() {
        var gate = FrameGate(isKnown: true)
        gate.takeRequest(at: 0)
        gate.takeReply(at: 0.01)
        var (now, sent, replies) = (1.0, [Double](), [Double]())
        while now < 60 {
            if let reply = replies.first, reply <= now {
                gate.takeReply(at: now)
                replies.removeFirst()
            }
            if gate.isOpen(at: now) {
                gate.takeRequest(at: now)
                sent.append(now)
                replies.append(max(now, replies.last ?? 0) + 2)
            }
            if now > 20 { #expect(replies.count == 1, "at \(now)") }
            now += 0.05
        }
        #expect(sent.count < 35)
    }

    /// The wait for it, one more to be sure that it won't come, and all is as before.
    @Test func aLostReplyIsForgotten() {
        var gate = FrameGate(isKnown: true)
        gate.takeRequest(at: 0)
        gate.takeReply(at: 0.01)
        gate.takeRequest(at: 1)
        gate.takeRequest(at: 1.25)
        gate.takeReply(at: 1.26)
        #expect(!gate.isOpen(at: 1.5) && gate.isOpen(at: 1.8))
        gate.takeRequest(at: 2)
        gate.takeReply(at: 2.01)
        #expect(gate.isOpen(at: 2.01))
        gate.takeRequest(at: 3)
        #expect(gate.opening == 3.25 && gate.expected(at: 3) == 1)
        // Nothing is expected for ever.
        #expect(gate.expected(at: 8) == 0)
    }

    @Test func waitsAreBounded() {
        var gate = FrameGate(isKnown: true)
        gate.takeRequest(at: 0)
        gate.takeReply(at: 100)
        gate.takeRequest(at: 200)
        for _ in 0..<20 { gate.takeRequest(at: 300) }
        #expect(gate.opening == 304)
    }

    @Test func whatIsOverdueIsKnownOfThoseThatAnswer() {
        var gate = FrameGate(isKnown: true)
        gate.takeRequest(at: 0)
        #expect(!gate.isOverdue(at: 1))
        gate.takeReply(at: 1)
        #expect(!gate.isOverdue(at: 2))
        gate.takeRequest(at: 2)
        #expect(!gate.isOverdue(at: 2.1) && gate.isOverdue(at: 2.3))
        gate.forget()
        #expect(!gate.isOverdue(at: 3) && gate.isOpen(at: 3) && gate.expected(at: 3) == 0)
    }
}

/// Replies among keys.
@Suite struct ReplyFilterTests {
    /// What comes out of codes that come one right after the other, and how many replies were among them.
    private func pass(
        _ codes: some Sequence<Int32>, _ filter: inout ReplyFilter, at now: Double = 0, isExpected: Bool = true
    ) -> (codes: [Int32], replies: Int) {
        var (given, replies) = ([Int32](), 0)
        for code in codes {
            let outcome = filter.take(code, at: now, isExpected: isExpected)
            given += outcome.codes
            replies += outcome.reply == nil ? 0 : 1
        }
        return (given, replies)
    }

    private func codes(_ text: String) -> [Int32] { text.utf8.map(Int32.init) }

    @Test func aWholeReplyIsSwallowed() {
        var filter = ReplyFilter()
        for (_, code) in ReplyFilter.codes {
            #expect(pass([113, code, 114], &filter, isExpected: false) == ([113, 114], 1))
            #expect(filter.deadline == nil)
        }
    }

    @Test func soIsOneInPieces() {
        for (sequence, _) in TerminalReply.all {
            let reply = codes(sequence)
            for cut in 1..<reply.count {
                var filter = ReplyFilter()
                #expect(pass(reply[..<cut], &filter) == ([], 0))
                #expect(filter.expire(at: 0.05, isExpected: true) == [])
                #expect(pass(reply[cut...], &filter, at: 0.09) == ([], 1))
                #expect(filter.deadline == nil)
            }
        }
    }

    @Test func repliesAreToldApart() {
        let answers: [(String, TerminalReply)] = (0...4).map { ("\u{1B}[?2026;\($0)$y", .synchronizedOutput($0)) }
        let expected: [(String, TerminalReply)] =
            [("\u{1B}[0n", .status)] + answers
            + [("\u{1B}[200~", .pasteBegins), ("\u{1B}[201~", .pasteEnds)]
        #expect(TerminalReply.all.count == expected.count)
        for (index, (sequence, reply)) in TerminalReply.all.enumerated() {
            var filter = ReplyFilter()
            #expect((sequence, reply) == expected[index])
            var replies = codes(sequence).compactMap { filter.take($0, at: 0, isExpected: true).reply }
            if let code = ReplyFilter.codes.first(where: { $0.0 == sequence })?.1 {
                replies += [filter.take(code, at: 0, isExpected: false).reply].compactMap(\.self)
            }
            #expect(replies == [reply, reply])
        }
    }

    @Test func whatTurnsOutToBeSomethingElseComesOut() {
        var filter = ReplyFilter()
        let typed = codes("\u{1B}x\u{1B}[A\u{1B}[0m\u{1B}\u{1B}\u{1B}[0nq\u{1B}[?2026;5$y\u{1B}[?25\u{1B}[?2026;2$y!")
        let rest = "\u{1B}x\u{1B}[A\u{1B}[0m\u{1B}\u{1B}q\u{1B}[?2026;5$y\u{1B}[?25!"
        #expect(pass(typed, &filter) == (codes(rest), 2))
    }

    @Test func nothingIsHeldBackUnlessAReplyIsExpected() {
        var filter = ReplyFilter()
        #expect(pass(codes("\u{1B}[0n"), &filter, isExpected: false) == (codes("\u{1B}[0n"), 0))
        #expect(filter.deadline == nil)
    }

    /// An escape alone is a key; should it have been a reply's, the rest is none.
    @Test func anEscapeIsGivenOutInTime() {
        var filter = ReplyFilter()
        #expect(pass([27], &filter, at: 1) == ([], 0))
        #expect(filter.deadline == 1.1)
        #expect(filter.expire(at: 1.09, isExpected: true) == [])
        #expect(filter.expire(at: 1.1, isExpected: true) == [27])
        #expect(filter.deadline == nil && filter.expire(at: 9, isExpected: true) == [])
        #expect(pass(codes("[0n"), &filter, at: 1.5) == ([], 1))
        #expect(pass([27], &filter, at: 2) == ([], 0))
        #expect(filter.expire(at: 2.1, isExpected: true) == [27])
        #expect(pass(codes("q"), &filter, at: 3) == (codes("q"), 0))
    }

    @Test func theBeginningOfAReplyIsGivenOutInTheEnd() {
        var filter = ReplyFilter()
        #expect(pass(codes("\u{1B}[0"), &filter, at: 1) == ([], 0))
        #expect(filter.deadline == 2)
        #expect(filter.expire(at: 2, isExpected: false) == codes("\u{1B}[0"))
        #expect(pass(codes("n"), &filter, at: 3, isExpected: false) == (codes("n"), 0))
    }

    /// Whoever has answered the later question won't answer the earlier one any more.
    @Test func repliesToComeAreCounted() {
        func isOver(_ text: String, _ replies: RepliesToCome) -> Bool {
            var replies = replies
            text.utf8.forEach { replies.take($0) }
            return replies.isOver
        }
        let both = RepliesToCome(count: 1, includesAnswer: true)
        #expect(RepliesToCome().isOver && !both.isOver)
        #expect(!isOver("\u{1B}[?2026;2$y", both) && !isOver("\u{1B}[0", both))
        #expect(isOver("\u{1B}[?2026;2$y\u{1B}[0n", both) && isOver("\u{1B}[0n", both))
        #expect(!isOver("\u{1B}[0n", RepliesToCome(count: 2, includesAnswer: true)))
        #expect(isOver("\u{1B}[?2026;0$y", RepliesToCome(includesAnswer: true)))
    }
}
