import Execution
import Foundation
import Kernels
import Network
import StateDictionaries
import Testing

@testable import Reconstruction

@Suite struct CutSearchTests {
    /// Seven blocks, of which `layer2.1` does nothing.
    private func fits() throws -> Fits {
        var dictionary = StateDictionary(widths: [4, 8, 12], counts: [2, 3, 2])
        for part in ["weight", "bias"] {
            dictionary.replace("layer2.1.bn2.\(part)") { values, dims in (values.map { _ in 0 }, dims) }
        }
        return try Fits(dictionary, shape: [3, 8, 8], images: 20)
    }

    private func search(
        _ fits: Fits, threads: Int = 2, cancellation: Cancellation? = nil, until isEnough: ([CutSearch.Step]) -> Bool
    ) throws -> CutSearch {
        try CutSearch(
            of: fits.network, images: fits.images.count, pool: WorkerPool(threads: threads), store: ActivationStore(),
            cancellation: cancellation, fill: fits.fill, isEnough: { steps, _ in isEnough(steps) },
            progress: { _, _ in })
    }

    @Test func whatDoesNothingGoesFirst() throws {
        let fits = try fits()
        let units = fits.network.units
        let found = try search(fits) { $0.count == 2 }
        #expect(found.steps.count == 2 && units[found.steps[0].unit].name == "layer2.1")
        #expect(found.steps[0].loss < 1e-6 && found.steps[0].agreement == 1)
        #expect(found.losses.map { $0 != nil } == units.map(\.isCuttable))
        let least = found.losses.compactMap(\.self).min()
        #expect(least == found.steps[0].loss && found.steps[1].loss >= 0)
    }

    /// A unit that saves far more goes first, though its loss is greater.
    @Test func theLossCountsForWhatIsSaved() throws {
        let fits = try fits()
        let alone = try search(fits) { $0.count == 1 }
        let (first, losses) = (alone.steps[0].unit, alone.losses)
        let other = try #require(losses.indices.first { losses[$0] != nil && $0 != first })
        let ratio = (losses[other] ?? 0) / max(1e-12, losses[first] ?? 0)
        let found = try CutSearch(
            of: fits.network, images: fits.images.count, pool: WorkerPool(threads: 2), store: ActivationStore(),
            fill: fits.fill, saving: { $0 == other ? 1e3 * (ratio + 1) : 1 }, isEnough: { _, _ in true },
            progress: { _, _ in })
        #expect(found.steps.map(\.unit) == [other])
    }

    /// The loss is what the fitted network's scores come to, and in the end everything has gone.
    @Test func allMayGo() throws {
        let fits = try fits()
        let found = try search(fits) { _ in false }
        #expect(
            Set(found.steps.map(\.unit)) == Set(fits.network.units.indices.filter { fits.network.units[$0].isCuttable })
        )
        let first = try #require(found.losses.indices.first { found.losses[$0] != nil })
        // Fitted on more rows and more often, it loses hardly more.
        let all = try fits.run([fits.network.units[first].name])
        #expect(all.divergence <= 2 * (found.losses[first] ?? 0) + 1e-6)
    }

    @Test func anyNumberOfThreadsFindsTheSame() throws {
        let fits = try fits()
        let alone = try search(fits, threads: 1) { _ in false }
        let several = try search(fits, threads: 3) { _ in false }
        #expect(several.steps == alone.steps && several.losses == alone.losses)
    }

    /// Against the definition, by hand: ln of softmax (1, 0) and (0, 1) differ by ±1, and e/(e + 1) − 1/(e + 1) of it counts.
    @Test func divergenceAndAgreement() throws {
        var fits = try fits()
        fits.options.rounds = 1
        let found = try fits.run(["layer1.1"])
        for row in 0..<found.scores.rows {
            for column in 0..<found.scores.columns {
                found.wanted.row(row)[column] = column == 0 ? 1 : column == 1 ? 0 : -100
                found.scores.row(row)[column] = column == 1 ? 1 : column == 0 ? 0 : -100
            }
        }
        #expect(abs(found.divergence - (M_E - 1) / (M_E + 1)) < 1e-9)
        #expect(found.agreement == 0)
        found.scores.row(0)[0] = 2
        #expect(found.agreement == 1 / Double(found.scores.rows))
    }

    @Test func itCanBeStopped() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) { try search(fits(), cancellation: cancellation) { _ in false } }
    }
}
