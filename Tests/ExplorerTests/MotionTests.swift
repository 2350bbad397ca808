import Cells
import Plots
import Testing

@testable import Explorer

/// The ring's way from layer to layer.
@Suite struct MotionTests {
    private func driver() throws -> Driver {
        var driver = try Driver(hasMotion: true)
        driver.computesRings = true
        driver.load(SyntheticRun.small)
        // The way through the layers as they came is over.
        for second in 1...2 { driver.send(.tick(nowSeconds: Double(second))) }
        (driver.effects, driver.motionJobs) = ([], [])
        driver.model.isWayPending = false
        return driver
    }

    private func distinct(_ rings: [RingPicture?]) -> Int {
        rings.enumerated().count { index, ring in !rings[..<index].contains { $0 == ring } }
    }

    @Test func aStepAsksForTheWayAndShowsIt() throws {
        var driver = try driver()
        let ring = driver.model.shownRing
        driver.press(.left)
        let job = try #require(driver.motionJobs.last)
        #expect(job.key.layer == 17 && job.before == SyntheticRun.small.layers[18].edges)
        #expect(job.after == SyntheticRun.small.layers[17].edges)
        // What is asked for takes a moment, in which the old ring stays; all else is of the new layer.
        #expect(driver.model.shownRing == ring && driver.model.cursor == 17)
        #expect(driver.effects == [.wake(afterSeconds: 0)])
        driver.send(.tick(nowSeconds: 10))
        driver.send(job.message())
        var shown: [RingPicture?] = [driver.model.shownRing]
        var revision = driver.model.revision
        for step in 0..<5 {
            driver.send(.tick(nowSeconds: 10 + Double(step) * (Motion.secondsPerPicture + 0.001)))
            #expect(step == 0 || driver.model.revision > revision, "picture \(step) is to be drawn")
            revision = driver.model.revision
            shown.append(driver.model.shownRing)
        }
        guard case .motionReady(_, let way) = job.message() else { return }
        #expect(way.pictures.count == 4 && distinct(shown.dropLast()) == 4)
        #expect(driver.model.motion == .still && driver.model.shownRing == driver.model.rings[job.key])
    }

    @Test func keysInAHurryShowTheirRingsAtOnce() throws {
        var driver = try driver()
        driver.press(.left)
        let job = try #require(driver.motionJobs.last)
        driver.press(.left)
        #expect(driver.motionJobs.count == 1 && driver.model.motion == .resting(until: nil))
        #expect(driver.model.shownRing == driver.model.rings[try #require(driver.model.wantedRing)])
        // What was computed meanwhile comes too late.
        driver.send(job.message())
        #expect(driver.model.motion == .resting(until: nil))
        driver.send(.tick(nowSeconds: 5))
        driver.press(.left)
        driver.send(.tick(nowSeconds: 5.1))
        driver.send(.tick(nowSeconds: 5.5))
        #expect(driver.model.motion == .still)
        driver.press(.left)
        #expect(driver.motionJobs.count == 2)
    }

    @Test func whatTakesTooLongIsNotWaitedFor() throws {
        var driver = try driver()
        driver.press(.left)
        driver.send(.tick(nowSeconds: 1))
        driver.send(.tick(nowSeconds: 1.2))
        #expect(driver.model.motion == .still)
        #expect(driver.model.shownRing == driver.model.rings[try #require(driver.model.wantedRing)])
    }

    @Test func anotherFilterEndsIt() throws {
        var driver = try driver()
        driver.press(.left)
        driver.send(try #require(driver.motionJobs.last).message())
        driver.type("W")
        #expect(driver.model.motion == .still)
    }

    @Test func thereIsNoneWhereNoneIsWanted() throws {
        var driver = try Driver.finished(computesRings: true)
        driver.press(.left, .left)
        #expect(driver.motionJobs.isEmpty)
    }

    /// Every wake that is asked for leads on; at the end nothing is due.
    @Test func itComesToAnEnd() throws {
        var driver = try driver()
        driver.press(.left)
        driver.send(try #require(driver.motionJobs.last).message())
        var now = 0.0
        var ticks = 0
        while case .wake(let seconds)? = driver.effects.popLast(), ticks < 50 {
            driver.effects = []
            now += seconds
            driver.send(.tick(nowSeconds: now))
            ticks += 1
        }
        #expect(driver.model.motion == .still && (4...8).contains(ticks))
    }
}
