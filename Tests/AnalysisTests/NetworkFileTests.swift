import Datasets
import Execution
import Kernels
import Network
import Testing

@testable import Analysis

/// What is asked of a network before its images are decoded.
@Suite struct NetworkFileTests {
    private let pool = WorkerPool(threads: 1)

    private func channels(_ network: MadeUpNetwork, samples: Int = 10, budget: Int = 1 << 30) throws -> Int {
        try NetworkFile(bytes: network.file(), name: "net.safetensors").channels(
            samples: samples, height: 8, width: 8, options: AnalysisOptions(), pool: pool,
            store: ActivationStore(budget: budget, folder: "/nonexistent/folder"))
    }

    /// In colour, unless the network takes one channel.
    @Test func channelsAreTheNetworks() throws {
        #expect(try channels(MadeUpNetwork()) == 3)
        #expect(try channels(MadeUpNetwork(channels: 1)) == 1)
        let error = AnalysisError.network(file: "net.safetensors", .inputChannels(expected: 4, found: 3))
        #expect(throws: error) { try channels(MadeUpNetwork(channels: 4)) }
    }

    @Test func otherChannelsAreSaidWithWhatToDo() {
        func text(_ expected: Int, _ found: Int) -> String {
            NetworkError.inputChannels(expected: expected, found: found).description
        }
        #expect(text(3, 1).contains("3 channels, the data have 1; if it was trained on grey images"))
        #expect(text(1, 3).contains("1 channel, the data have 3; save the images in grey"))
        #expect(text(4, 3).hasSuffix("the data have 3; use the data it was trained on"))
    }

    /// So many images that they don't fit are refused before any is decoded, in the words of the job itself.
    @Test func imagesWithoutRoomAreRefusedEarly() throws {
        for count in [3, 1] {
            let fixture = try JobFixture(count: 600, channels: count)
            let network = fixture.network
            let input = try fixture.input(pool: pool)
            let plan = ExecutionPlan(input.network.graph, taps: Set(input.network.layers.map(\.output)))
            let budget = (plan.peakBytes(samples: 512) ?? 0) + plan.scratchBytes(workers: 1)
            let early = #expect(throws: ExecutionError.self) { try channels(network, samples: 600, budget: budget) }
            let store = ActivationStore(budget: budget, folder: "/nonexistent/folder")
            let late = #expect(throws: ExecutionError.self) {
                try AnalysisJob(source: input, options: fixture.options, pool: pool, store: store, version: "1")
            }
            #expect(early == late && early?.description.hasSuffix("use --limit 512") == true)
        }
    }

    /// Nor is a normalisation looked for.
    @Test func whatDoesNotFitIsNotTried() throws {
        let fixture = try JobFixture(count: 600, network: MadeUpNetwork(projects: true))
        #expect(throws: ExecutionError.self) {
            try AnalysisInput(
                NetworkFile(bytes: fixture.network.file(), name: "net"), images: fixture.images,
                options: fixture.options, pool: pool,
                store: ActivationStore(budget: 1 << 18, folder: "/nonexistent/folder"))
        }
    }
}
