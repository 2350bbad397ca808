import Plots

/// Rings that have been computed, the latest used last, within a bound of memory; and the one being computed.
struct RingCache: Equatable, Sendable {
    /// Enough for the three last rings of a 300×100 screen in each of the panel's states.
    static let byteLimit = 24 << 20

    private var pictures: [RingKey: RingPicture] = [:]
    private var order: [RingKey] = []
    private(set) var bytes = 0
    /// Asked for and not yet back: one at a time, so that the newest wish waits for one ring at most.
    var pending: RingKey?

    subscript(key: RingKey) -> RingPicture? { pictures[key] }

    mutating func insert(_ picture: RingPicture, for key: RingKey) {
        remove(key)
        pictures[key] = picture
        order.append(key)
        bytes += Self.cost(of: key)
        while bytes > Self.byteLimit, order.count > 1, let oldest = order.first { remove(oldest) }
    }

    /// Marks a ring as used just now.
    mutating func touch(_ key: RingKey) {
        guard order.last != key, let index = order.firstIndex(of: key) else { return }
        order.remove(at: index)
        order.append(key)
    }

    mutating func removeAll() { self = RingCache() }

    private mutating func remove(_ key: RingKey) {
        guard pictures.removeValue(forKey: key) != nil else { return }
        order.removeAll { $0 == key }
        bytes -= Self.cost(of: key)
    }

    /// Bytes that a ring takes, about: two a dot and sixteen a cell.
    private static func cost(of key: RingKey) -> Int {
        let request = key.request
        let cells = request.size.columns * request.size.rows
        return 256 + cells * (16 + 2 * request.glyphs.dotColumns * request.glyphs.dotRows)
    }
}
