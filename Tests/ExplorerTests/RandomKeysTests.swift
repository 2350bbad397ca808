import Cells
import Foundation
import Testing

@testable import Explorer

/// Keys in no order, on screens of any size: nothing may trap, and there is always a screen.
@Suite struct RandomKeysTests {
    private static let isThorough = ProcessInfo.processInfo.environment["SEPAL_THOROUGH"] != nil

    /// All keys of the table, twice as often as those that mean nothing, or something in a prompt alone.
    private static let keys: [Key] = {
        let known = ActionTable.entries.flatMap { $0.keys + $0.sequence }
        let others: [Key] =
            "0123456789.*conv layrblkqsé漢\u{301}\u{FFFD}".map { .character($0) }
            + [.pageUp, .pageDown, .insert, .delete, .backspace, .enter, .function(1), .function(12), .control("a")]
        return known + known + others
    }()

    @Test(arguments: [1, 2]) func anyKeysOnAnyScreen(seed: UInt64) throws {
        var random = Generator(state: seed)
        var driver = try Driver.finished(computesRings: seed == 1)
        for step in 0..<(Self.isThorough ? 5000 : 250) {
            if random.below(20) == 0 {
                let size = Size(columns: 1 + random.below(200), rows: 1 + random.below(60))
                driver.send(.terminal(.resized(size)))
            }
            if random.below(50) == 0 { driver.send(.tick(nowSeconds: Double(step))) }
            driver.press(Self.keys[random.below(Self.keys.count)])
            let buffer = view(driver.model)
            try #require(buffer.size == driver.model.size)
        }
        // Whatever was on the screen, this leads back.
        driver.send(.terminal(.resized(Size(columns: 120, rows: 40))))
        for _ in 0..<4 { driver.press(.escape) }
        let last = try #require(driver.screen.last)
        #expect(last.contains("quit"))
    }

    /// The engine's messages among them.
    @Test func keysWhileLayersArrive() throws {
        var random = Generator(state: 3)
        var driver = try Driver()
        for layer in SyntheticRun.small.layers.indices {
            driver.load(SyntheticRun.small, layers: layer)
            for _ in 0..<5 {
                driver.press(Self.keys[random.below(Self.keys.count)])
                _ = view(driver.model)
            }
        }
        #expect(view(driver.model).size == driver.model.size)
    }
}
