import Separation
import Testing

@testable import Figures

@Suite struct LayerChoiceTests {
    @Test(arguments: [1, 9, 10, 11, 12, 55, 110]) func tenLayersAreChosen(layers: Int) throws {
        let run = try FigureFixture(layers: layers, samples: 30).run()
        let chosen = run.chosen(atMost: 10)
        #expect(chosen.count == min(10, layers) && chosen == Set(chosen).sorted())
        #expect(chosen.first == 0 && chosen.last == layers - 1)
        #expect(chosen.contains(try #require(run.flags.conv.modularity.peak)))
    }

    @Test func wordsNameLayers() throws {
        let run = try FigureFixture().run()
        #expect(try run.layers(named: "3-5,1") == [0, 2, 3, 4])
        #expect(try run.layers(named: "layer1.0.conv1,12") == [4, 11])
        #expect(try run.layers(named: "all") == Array(0..<12))
        #expect(try run.layers(named: "block,2") == [0, 1, 2, 4, 6, 8, 10])
        for word in ["0", "13", "5-3", "3-13", "-", "1-2-3", "layer9", "", "3-", "99999999999999999999"] {
            #expect(throws: FigureError.unknownLayer(word)) { try run.layers(named: word) }
        }
        var partial = FigureFixture()
        partial.results[2] = nil
        let unfinished = try partial.run()
        #expect(try unfinished.layers(named: "all").count == 11)
        #expect(throws: FigureError.unfinishedLayer("layer0.2.conv1")) { try unfinished.layers(named: "1-4") }
    }

    @Test func aRunWithoutLayersHasNoFigures() throws {
        var fixture = FigureFixture()
        fixture.results = []
        #expect(throws: FigureError.noLayers) { try fixture.run() }
    }
}
