/// Which layers of two networks stand beside each other.
public struct LayerPairing: Equatable, Sendable {
    /// How layers are brought together.
    public enum Kind: String, Sendable, Codable {
        /// Layers of one name, in the order that both have.
        case name
        /// Each layer of the deeper network with the one of the other at the same share of the depth.
        case depth
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
