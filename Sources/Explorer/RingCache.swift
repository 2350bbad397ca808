import Plots

/// Rings that have been computed, the latest used last, within a bound of memory; and the one being computed.
struct RingCache: Equatable, Sendable {
    /// Enough for all layers of a deep network at 120×40, or twenty at 300×100.
    static let byteLimit = 24 << 20

    private struct Entry: Equatable {
        var picture: RingPicture
        var bytes: Int
    }

    private var entries: [RingKey: Entry] = [:]
    private var order: [RingKey] = []
    private(set) var bytes = 0
    /// Asked for and not yet back: one at a time, so that the newest wish waits for one ring at most.
    var pending: RingKey?

    subscript(key: RingKey) -> RingPicture? { entries[key]?.picture }

    /// Keeps a ring of so many samples; the ones not used for longest make room for it.
    mutating func insert(_ picture: RingPicture, for key: RingKey, samples: Int) {
        remove(key)
        let cells = key.request.size.columns * key.request.size.rows
        let entry = Entry(picture: picture, bytes: 256 + Self.bytesPerCell * cells + Self.bytesPerSample * samples)
        entries[key] = entry
        order.append(key)
        bytes += entry.bytes
        while bytes > Self.byteLimit, order.count > 1, let oldest = order.first { remove(oldest) }
    }

    // A cell's dots and its two owners, and a sample's place on the circle: what a picture holds, about.
    private static let bytesPerCell = 40
    private static let bytesPerSample = 16

    /// Marks a ring as used just now.
    mutating func touch(_ key: RingKey) {
        guard order.last != key, let index = order.firstIndex(of: key) else { return }
        order.remove(at: index)
        order.append(key)
    }

    mutating func removeAll() { self = RingCache() }

    private mutating func remove(_ key: RingKey) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        order.removeAll { $0 == key }
        bytes -= entry.bytes
    }
}
