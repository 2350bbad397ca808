import Cells
import Plots
import Separation
import Testing

@testable import Explorer

/// What comes from the analysis, and how the cursor, the rings and the redraws follow it.
@Suite struct RunTests {
    private let run = SyntheticRun.small

    @Test func theCursorFollowsUntilItIsMoved() throws {
        var driver = try Driver()
        driver.load(run, layers: 5)
        #expect(driver.model.cursor == 4)
        driver.press(.left)
        #expect(driver.model.cursor == 3)
        driver.send(.layer(index: 5, run.layers[5], isPreview: false))
        #expect(driver.model.cursor == 3)
        driver.press(.right, .right, .right)
        #expect(driver.model.cursor == 5)
    }

    @Test func otherKeysDontEndFollowing() throws {
        var driver = try Driver()
        driver.load(run, layers: 3)
        driver.type("tcyv+b")
        driver.send(.layer(index: 4, run.layers[4], isPreview: false))
        #expect(driver.model.cursor == 4)
        // Not on the level of blocks.
        driver.send(.layer(index: 5, run.layers[5], isPreview: false))
        #expect(driver.model.cursor == 4)
    }

    @Test func theFullPassReplacesThePreview() throws {
        var driver = try Driver()
        driver.send(.header(run.header))
        for (index, layer) in run.layers.enumerated() { driver.send(.layer(index: index, layer, isPreview: true)) }
        #expect(driver.model.run.previews.count == 19)
        #expect(driver.model.run.isProvisional)
        #expect(driver.text.contains("preview"))
        driver.send(.layer(index: 0, run.layers[1], isPreview: false))
        #expect(driver.model.cursor == 0)
        #expect(driver.model.run.finishedCount == 1)
        #expect(!driver.text.contains("preview"))
        // A preview that comes late says nothing new.
        driver.send(.layer(index: 0, run.layers[2], isPreview: true))
        #expect(driver.model.run[0] == run.layers[1])
        // A change from a finished layer to a preview would compare two samples.
        driver.press(.right)
        #expect(driver.model.before == nil)
    }

    @Test func previewsAndProvisionalFlagsAreDim() throws {
        var driver = try Driver()
        driver.send(.header(run.header))
        driver.send(.layer(index: 0, run.layers[0], isPreview: true))
        func value() throws -> Style {
            let buffer = view(driver.model)
            let row = try #require(buffer.lines.firstIndex { $0.contains("r · AQ · (1 − EQ)") })
            let line = Array(buffer.lines[row].unicodeScalars)
            let column = try #require(line.indices.dropFirst(50).first { line[$0] == "0" && line[$0 + 1] == "." })
            return buffer[column, row].style
        }
        let preview = try value()
        #expect(preview.attributes.contains(.dim))
        driver.send(.layer(index: 0, run.layers[0], isPreview: false))
        let full = try value()
        #expect(!full.attributes.contains(.dim))
    }

    @Test func layersAndHeadersOutOfPlaceAreIgnored() throws {
        var driver = try Driver()
        driver.send(.layer(index: 0, run.layers[0], isPreview: false))
        #expect(driver.model.cursor == nil)
        driver.send(.header(run.header))
        driver.send(.layer(index: 19, run.layers[0], isPreview: false))
        driver.send(.layer(index: -1, run.layers[0], isPreview: false))
        #expect(driver.model.run.finishedCount == 0)
    }

    @Test func aHeaderThatKnowsMoreKeepsTheLayers() throws {
        var driver = try Driver()
        driver.load(run, layers: 3)
        var header = run.header
        header.accuracy = 0.5
        driver.send(.header(header))
        #expect(driver.model.run.finishedCount == 3)
        #expect(driver.screen[0].contains("accuracy 50.0 %"))
    }

    @Test func aFailureIsSaidAndTheRestStaysUsable() throws {
        var driver = try Driver()
        driver.load(run, layers: 6)
        driver.send(.jobFailed("layer2.0.conv1: sample 17 isn't finite"))
        #expect(driver.screen[1].contains("layer2.0.conv1: sample 17 isn't finite"))
        #expect(driver.screen[0].contains("6 of 19 layers · stopped"))
        driver.press(.left)
        #expect(driver.model.cursor == 4)
    }

    @Test func progressStandsInTheHeader() throws {
        var driver = try Driver(columns: 160, rows: 48)
        driver.load(run, layers: 2)
        driver.send(.progress(JobProgress(phase: .full, layer: 2, fraction: 0.25, secondsLeft: 125)))
        let header = driver.screen[0]
        #expect(header.contains("layer 3 of 19") && header.contains("25 %") && header.contains("2:05 min left"))
        #expect(header.contains("━━━━────────────"))
        for columns in 40...160 {
            driver.send(.terminal(.resized(Size(columns: columns, rows: 48))))
            #expect(driver.screen[0].contains("25 %"))
            if columns >= 60 { #expect(driver.screen[0].contains("2:05 min left"), "\(columns)") }
        }
    }

    // MARK: Rings

    @Test func asksForOneRingAtATimeAndThenForItsNeighbours() throws {
        var model = try Driver.finished().model
        model.rings.removeAll()
        let first = update(&model, .terminal(.key(.left)))
        guard case .computeRing(let job) = first.first else { return #expect(Bool(false), "\(first)") }
        #expect(job.key.layer == 17)
        // The newest wish waits for the ring at work; what was wished for in between is forgotten.
        #expect(update(&model, .terminal(.key(.left))) == [])
        #expect(update(&model, .terminal(.key(.left))) == [])
        var asked: [Int] = []
        var next = update(&model, job.message())
        while case .computeRing(let job) = next.first {
            asked.append(job.key.layer)
            next = update(&model, job.message())
        }
        #expect(asked == [15, 16, 14])
    }

    @Test func aRingComputedOnceIsKept() throws {
        var driver = try Driver.finished(computesRings: true)
        driver.press(.left)
        driver.ringJobs = []
        driver.press(.right)
        #expect(driver.ringJobs == [])
        driver.type("C")
        #expect(driver.ringJobs.first?.request.filter == .correct)
        driver.ringJobs = []
        driver.type("A")
        #expect(driver.ringJobs == [])
    }

    @Test func theRingCacheIsBounded() {
        var cache = RingCache()
        let request = RingRequest(size: Size(columns: 300, rows: 98))
        let picture = RingPicture(request: RingRequest(size: Size(columns: 2, rows: 1)), edges: [], labels: [])
        let keys = (0..<200).map { RingKey(layer: $0, isPreview: false, request: request) }
        for key in keys {
            cache.insert(picture, for: key, samples: 4000)
            cache.touch(keys[0])
        }
        #expect(cache.bytes <= RingCache.byteLimit && cache.bytes > RingCache.byteLimit / 2)
        #expect(cache[keys[0]] != nil && cache[keys[199]] != nil && cache[keys[1]] == nil)
    }

    @Test func aRingIsDrawnBeforeItIsComputed() throws {
        var driver = try Driver()
        driver.send(.header(run.header))
        _ = update(&driver.model, .layer(index: 18, run.layers[18], isPreview: false))
        #expect(driver.model.rings.pending != nil)
        let rows = driver.screen[10...20]
        #expect(rows.contains { $0.unicodeScalars.prefix(50).count { (0x2801...0x28FF).contains($0.value) } > 10 })
    }

    // MARK: Redraws

    @Test func theRevisionGoesUpOnlyWithWhatIsSeen() throws {
        var driver = try Driver.finished()
        let start = driver.model.revision
        driver.send(.tick(nowSeconds: 5))
        driver.press(.pageUp, .end, .character("Z"))
        #expect(driver.model.revision == start)
        driver.press(.left)
        #expect(driver.model.revision > start)
    }

    @Test func ringsInAdvanceDontRedraw() throws {
        var model = try Driver.finished().model
        model.rings.removeAll()
        guard case .computeRing(let job) = update(&model, .terminal(.key(.left))).first else {
            return #expect(Bool(false))
        }
        let before = model.revision
        guard case .computeRing(let neighbour) = update(&model, job.message()).first else {
            return #expect(Bool(false))
        }
        #expect(model.revision == before + 1)
        _ = update(&model, neighbour.message())
        #expect(model.revision == before + 1)
    }

    // MARK: Playing

    @Test func plays() throws {
        var driver = try Driver(dwellSeconds: 2)
        driver.load(run)
        driver.press(.character(" "))
        // From the last layer it starts over.
        #expect(driver.model.cursor == 0)
        #expect(driver.effects == [.wake(afterSeconds: 0)])
        driver.send(.tick(nowSeconds: 10))
        #expect(driver.model.cursor == 0)
        driver.send(.tick(nowSeconds: 11))
        #expect(driver.model.cursor == 0)
        driver.send(.tick(nowSeconds: 12))
        #expect(driver.model.cursor == 1)
        #expect(
            driver.effects == [
                .wake(afterSeconds: 0), .wake(afterSeconds: 2), .wake(afterSeconds: 1), .wake(afterSeconds: 2),
            ])
        driver.press(.right)
        #expect(driver.model.autoplay == .off)
        driver.send(.tick(nowSeconds: 14))
        #expect(driver.model.cursor == 2)
    }

    @Test func playingEndsAtTheLastLayer() throws {
        var driver = try Driver.finished()
        driver.press(.left, .character(" "))
        for second in 0..<4 { driver.send(.tick(nowSeconds: Double(second))) }
        #expect(driver.model.cursor == 18)
        #expect(driver.model.autoplay == .off)
        driver.press(.character(" "), .character(" "))
        #expect(driver.model.autoplay == .off)
    }
}
