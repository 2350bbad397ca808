/// How many edges run between each two classes: a symmetric class × class table, of which only what isn't 0 is kept.
public struct ClassEdges: Equatable, Sendable {
    /// Two classes, `first ≤ second`, and the edges between them.
    public struct Pair: Hashable, Sendable {
        public var first: Int
        public var second: Int
        public var count: Int

        public init(first: Int, second: Int, count: Int) {
            self.first = first
            self.second = second
            self.count = count
        }
    }

    /// The pairs that have edges, ascending by (first, second); a class with itself for the edges within it.
    public let pairs: [Pair]

    /// Counts the edges of a graph.
    ///
    /// - Parameters:
    ///   - edges: Each unordered pair once; edges that name a sample without a label are left out.
    ///   - labels: Class of each sample.
    /// - Complexity: O(N + |E| + P log P) for P pairs of classes with edges.
    public init(edges: [Edge], labels: [Int]) {
        // Classes are numbered as they occur, so that edges can be counted in arrays, whatever the labels are.
        var numbers: [Int: Int] = [:]
        var classes: [Int] = []
        let classOf = labels.map { label in
            if let number = numbers[label] { return number }
            numbers[label] = classes.count
            classes.append(label)
            return classes.count - 1
        }
        // A row of the table at a time, since for a thousand classes the whole of it is large and nearly empty.
        var starts = [Int](repeating: 0, count: classes.count + 1)
        let known = edges.lazy.filter { $0.isWithin(labels.count) }.map {
            (a: classOf[Int($0.source)], b: classOf[Int($0.target)])
        }
        for (a, b) in known { starts[min(a, b) + 1] += 1 }
        for row in classes.indices { starts[row + 1] += starts[row] }
        var columns = [Int](repeating: 0, count: starts[classes.count])
        var next = starts
        for (a, b) in known {
            columns[next[min(a, b)]] = max(a, b)
            next[min(a, b)] += 1
        }
        var pairs: [Pair] = []
        var counts = [Int](repeating: 0, count: classes.count)
        for row in classes.indices {
            let found = columns[starts[row]..<starts[row + 1]]
            for column in found { counts[column] += 1 }
            for column in found where counts[column] > 0 {
                let (a, b) = (classes[row], classes[column])
                pairs.append(Pair(first: min(a, b), second: max(a, b), count: counts[column]))
                counts[column] = 0
            }
        }
        self.pairs = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// A table from counts that were kept; nil where `pairs` isn't ascending, or one isn't `first ≤ second`.
    public init?(pairs: [Pair]) {
        let ascends = zip(pairs, pairs.dropFirst()).allSatisfy { ($0.first, $0.second) < ($1.first, $1.second) }
        guard ascends, pairs.allSatisfy({ $0.first <= $0.second }) else { return nil }
        self.pairs = pairs
    }

    /// Edges between classes `a` and `b`, in either order; within the class where they are equal.
    ///
    /// - Complexity: O(log P).
    public subscript(a: Int, b: Int) -> Int {
        let wanted = (min(a, b), max(a, b))
        var (low, high) = (0, pairs.count)
        while low < high {
            let middle = (low + high) / 2
            if (pairs[middle].first, pairs[middle].second) < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < pairs.count, (pairs[low].first, pairs[low].second) == wanted else { return 0 }
        return pairs[low].count
    }

    /// Edges within each of the classes 0..<`classes`, and from it to others.
    ///
    /// - Complexity: O(P + classes).
    public func totals(classes: Int) -> [(correct: Int, wrong: Int)] {
        var totals = Array(repeating: (correct: 0, wrong: 0), count: max(0, classes))
        for pair in pairs {
            if pair.first == pair.second {
                if totals.indices.contains(pair.first) { totals[pair.first].correct += pair.count }
                continue
            }
            for label in [pair.first, pair.second] where totals.indices.contains(label) {
                totals[label].wrong += pair.count
            }
        }
        return totals
    }

    /// A class's edges: those within it, and those to others, the class with the most of them first, ties by class.
    ///
    /// - Complexity: O(P).
    public func edges(of label: Int) -> (correct: Int, wrong: [(label: Int, count: Int)]) {
        let own = pairs.filter { $0.first == label || $0.second == label }
        let wrong = own.filter { $0.first != $0.second }.map {
            (label: $0.first == label ? $0.second : $0.first, count: $0.count)
        }
        return (
            own.first { $0.first == $0.second }?.count ?? 0,
            wrong.sorted { ($1.count, $0.label) < ($0.count, $1.label) }
        )
    }

    /// The pairs of different classes with the most edges between them, the most confused first, ties by class.
    ///
    /// - Complexity: O(P log P).
    public func mostConfused(_ limit: Int = .max) -> [Pair] {
        let confused = pairs.filter { $0.first < $0.second }
            .sorted { ($1.count, $0.first, $0.second) < ($0.count, $1.first, $1.second) }
        return Array(confused.prefix(max(0, limit)))
    }
}
