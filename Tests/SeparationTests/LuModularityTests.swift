import Testing

@testable import Separation

@Suite struct LuModularityTests {
    @Test func nearestNeighborsOfFour() {
        // k = 1: 0→1 and 1→0 with 1, 2→1 and 3→2 with 1/2; classes 0 0 1 1. W = 3.
        // Within: 2 and 1/2. Strengths: class 0 has 1 + 1 + 1/4 = 9/4, class 1 has 1/4 + 1/2 = 3/4.
        // Q = 2/3 − (3/4)² + 1/6 − (1/4)² = 5/6 − 5/8 = 5/24
        let lists = NeighborLists(k: 1, indices: [1, 0, 1, 2], similarities: [1, 1, 0.5, 0.5])
        expectClose(lists.luModularity(labels: [0, 0, 1, 1], k: 1), 5.0 / 24)
        // Any other names for the classes.
        expectClose(lists.luModularity(labels: [70, 70, -2, -2], k: 1), 5.0 / 24)
    }

    @Test func takesTheFirstOfLongerLists() {
        let lists = NeighborLists(
            k: 2, indices: [1, 3, 0, 2, 1, 3, 2, 0], similarities: [1, 0.25, 1, 0.5, 0.5, 0.5, 0.5, 0.25])
        expectClose(lists.luModularity(labels: [0, 0, 1, 1], k: 1), 5.0 / 24)
        // k = 2: W = 9/2; within: class 0 2, class 1 1 (2→3, 3→2).
        // Between: 0→3 1/4, 1→2 1/2, 2→1 1/2, 3→0 1/4: 3/2 in all, half of it to each class: 11/4 and 7/4.
        // Q = 4/9 − (11/18)² + 2/9 − (7/18)² = 6/9 − 170/324 = 23/162
        for k in [2, 3] { expectClose(lists.luModularity(labels: [0, 0, 1, 1], k: k), 23.0 / 162) }
    }

    @Test func nothingToSumIsZero() {
        #expect(NeighborLists(k: 0, indices: [], similarities: []).luModularity(labels: [0, 1]) == 0)
        let zero = NeighborLists(k: 1, indices: [1, 0], similarities: [0, 0])
        #expect(zero.luModularity(labels: [0, 1]) == 0)
        // Indices without a sample and lists shorter than the labels are left out, not followed.
        let broken = NeighborLists(k: 1, indices: [9, -1], similarities: [1, 1])
        #expect(broken.luModularity(labels: [0, 1, 1]) == 0)
        #expect(NeighborLists(k: 3, indices: [1], similarities: []).luModularity(labels: [0, 1]) == 0)
    }

    @Test func agreesWithNaiveMatrix() {
        var generator = TestGenerator(state: 11)
        for _ in 0..<5 {
            let (count, stored, k) = (29, 7, 3)
            let labels = (0..<count).map { _ in Int.random(in: 0..<4, using: &generator) }
            var lists = NeighborLists(k: stored, indices: [], similarities: [])
            for sample in 0..<count {
                let others = (0..<count).filter { $0 != sample }.shuffled(using: &generator).prefix(stored)
                lists.indices += others.map { Int32($0) }
                lists.similarities += others.map { _ in Float.random(in: -0.2...1, using: &generator) }
            }
            expectClose(lists.luModularity(labels: labels, k: k), naive(lists, labels, k))
        }
    }

    /// Newman's Q = 1/W Σ_ij (A_ij − s_i s_j / W) [c_i = c_j] over the full matrix A = (D + Dᵀ)/2.
    private func naive(_ lists: NeighborLists, _ labels: [Int], _ k: Int) -> Double {
        let count = labels.count
        var a = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
        for i in 0..<count {
            for position in i * lists.k..<i * lists.k + k {
                let j = Int(lists.indices[position])
                a[i][j] += Double(lists.similarities[position]) / 2
                a[j][i] += Double(lists.similarities[position]) / 2
            }
        }
        let strengths = a.map { $0.reduce(0, +) }
        let total = strengths.reduce(0, +)
        var sum = 0.0
        for i in 0..<count {
            for j in 0..<count where labels[i] == labels[j] {
                sum += a[i][j] - strengths[i] * strengths[j] / total
            }
        }
        return sum / total
    }
}
