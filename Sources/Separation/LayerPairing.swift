/// Which layers of two networks stand beside each other.
public struct LayerPairing: Equatable, Sendable {
    /// How layers are brought together.
    public enum Kind: String, Sendable, Codable {
        /// Layers of one name, in the order that both have.
        case name
        /// Each layer of the deeper network with the one of the other at the same share of the depth.
        case depth
        /// Each layer of a network with what it has become in the same network without some of its units.
        case cut
    }

    /// Positions in the two lists of layers; nil where one has no partner.
    public struct Row: Equatable, Sendable {
        public var first: Int?
        public var second: Int?

        public init(first: Int?, second: Int?) {
            self.first = first
            self.second = second
        }
    }

    public let kind: Kind
    /// In the order of both lists.
    public let rows: [Row]

    /// By name where at least half of the longer list's names are in both, as before and after pruning, else by depth:
    /// networks of different depth may call layers alike that lie elsewhere.
    ///
    /// - Complexity: O(n) for equal lists, else O(n · d) for d names that only one of them has.
    public init(_ first: [String], _ second: [String]) {
        // Epochs of one network: the usual case, asked for at every frame.
        if first == second, !first.isEmpty {
            kind = .name
            rows = first.indices.map { Row(first: $0, second: $0) }
            return
        }
        let common = Set(first).intersection(second)
        if !common.isEmpty, 2 * common.count >= max(first.count, second.count) {
            kind = .name
            rows = Self.byName(first, second)
        } else {
            kind = .depth
            rows = Self.byDepth(first.count, second.count)
        }
    }

    /// Those of two runs: of one network and what is left of it without some of its units, as the smaller one's file or a
    /// plan that was kept says; by name or depth of other networks.
    ///
    /// - Parameters:
    ///   - level: whose layers are paired.
    ///   - cuts: names of units that may be gone, plan by plan.
    /// - Complexity: O(n) for each plan, beside that of names.
    public init(_ first: RunHeader, _ second: RunHeader, level: Level, cuts: [[String]]) {
        let (a, b) = (first.layers(on: level), second.layers(on: level))
        if first.layers != second.layers {
            if let left = first.survivors(in: second, cuts: cuts) {
                self.init(kind: .cut, rows: Self.byCut(a, b, left))
                return
            }
            if let left = second.survivors(in: first, cuts: cuts) {
                let rows = Self.byCut(b, a, left).map { Row(first: $0.second, second: $0.first) }
                self.init(kind: .cut, rows: rows)
                return
            }
        }
        self.init(a.map { first.layers[$0].name }, b.map { second.layers[$0].name })
    }

    private init(kind: Kind, rows: [Row]) {
        self.kind = kind
        self.rows = rows
    }

    /// - Parameter left: for each layer of the smaller network, the layer of the whole one that it has been.
    private static func byCut(_ whole: [Int], _ part: [Int], _ left: [Int]) -> [Row] {
        let places = Dictionary(uniqueKeysWithValues: part.enumerated().map { (left[$0.element], $0.offset) })
        return whole.enumerated().map { Row(first: $0.offset, second: places[$0.element]) }
    }

    /// The second list's layer beside each of the first's; nil where there is none.
    public func partners(count: Int) -> [Int?] {
        // Rows are as many as the longer list: the first of several isn't the one at the same depth.
        if kind == .depth {
            let others = (rows.compactMap(\.second).max() ?? -1) + 1
            return (0..<count).map { Self.place(of: $0, among: count, in: others) }
        }
        var partners = [Int?](repeating: nil, count: count)
        for row in rows {
            if let first = row.first, partners.indices.contains(first), partners[first] == nil {
                partners[first] = row.second
            }
        }
        return partners
    }

    /// The longest sequence that both have, with what only one of them has in between.
    private static func byName(_ first: [String], _ second: [String]) -> [Row] {
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in second.difference(from: first) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var rows: [Row] = []
        var (i, j) = (0, 0)
        while i < first.count || j < second.count {
            if i < first.count, removed.contains(i) {
                rows.append(Row(first: i, second: nil))
                i += 1
            } else if j < second.count, inserted.contains(j) {
                rows.append(Row(first: nil, second: j))
                j += 1
            } else {
                rows.append(Row(first: i < first.count ? i : nil, second: j < second.count ? j : nil))
                (i, j) = (i + 1, j + 1)
            }
        }
        return rows
    }

    private static func byDepth(_ first: Int, _ second: Int) -> [Row] {
        let count = max(first, second)
        return (0..<count).map {
            Row(first: place(of: $0, among: count, in: first), second: place(of: $0, among: count, in: second))
        }
    }

    /// What lies at the same share of another list; nil in an empty one.
    private static func place(of place: Int, among count: Int, in others: Int) -> Int? {
        guard others > 1, count > 1 else { return others > 0 ? 0 : nil }
        return Int((Double(place * (others - 1)) / Double(count - 1)).rounded())
    }
}

extension RunHeader {
    /// Layers on a level, ascending.
    public func layers(on level: Level) -> [Int] { layers.indices.filter { layers[$0].isOn(level) } }

    /// For each layer of another run the layer of this one that it has been, where that one's network is this one's without
    /// some units; nil where no cut makes it so.
    fileprivate func survivors(in part: RunHeader, cuts: [[String]]) -> [Int]? {
        guard let units = network?.units, part.layers.count < layers.count else { return nil }
        for names in (part.network?.cut.map { [$0] } ?? []) + cuts {
            let gone = names.compactMap { name in units.first { $0.name == name } }
            guard gone.count == names.count else { continue }
            let layersGone = Set(gone.flatMap(\.layers))
            let left = layers.indices.filter { !layersGone.contains($0) }
            let isSame =
                left.count == part.layers.count
                && zip(left, part.layers).allSatisfy { index, other in
                    let own = layers[index]
                    return own.shape == other.shape && own.parameters == other.parameters
                        && own.multiplyAdds == other.multiplyAdds
                }
            if isSame { return left }
        }
        return nil
    }
}
