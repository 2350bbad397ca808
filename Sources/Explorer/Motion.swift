import Plots

/// The ring's way from one layer to the next, which keys never wait for: a step during one shows its ring at once, and only
/// after a rest does the ring move again.
enum Motion: Equatable, Sendable {
    case still
    /// The pictures are being computed; the old ring stays as long, but not beyond a time.
    case waiting(from: RingKey, to: RingKey, until: Double?)
    case moving(to: RingKey, RingWay, index: Int, due: Double?)
    /// Steps follow each other too fast to be seen.
    case resting(until: Double?)

    /// How far each picture is on the way.
    static let places = [0, 0.34, 0.67, 1]
    static let secondsPerPicture = 0.09
    /// Edges whose way can be computed before anybody is tired of waiting.
    static let mostEdges = 200_000
    private static let patience = 0.15
    private static let rest = 0.3

    /// What is shown in the place of a ring.
    func picture(insteadOf key: RingKey) -> RingPicture? {
        if case .moving(key, let way, let index, _) = self, way.pictures.indices.contains(index) {
            way.pictures[index]
        } else {
            nil
        }
    }

    /// Edges that come and go on the way that is seen; nil where none is.
    var change: (gained: Int, lost: Int)? {
        if case .moving(_, let way, _, _) = self { (way.gained, way.lost) } else { nil }
    }

    /// The ring that stays while another's way is computed.
    func substitute(for key: RingKey) -> RingKey? {
        if case .waiting(let from, key, _) = self { from } else { nil }
    }

    /// The time has come that a tick says; when the next one is wanted, nil: never.
    mutating func tick(_ now: Double) -> Double? {
        switch self {
        case .still: return nil
        case .waiting(let from, let to, let until):
            let until = until ?? now + Self.patience
            self = now < until - 0.001 ? .waiting(from: from, to: to, until: until) : .still
            return self == .still ? nil : until - now
        case .resting(let until):
            let until = until ?? now + Self.rest
            self = now < until - 0.001 ? .resting(until: until) : .still
            return self == .still ? nil : until - now
        case .moving(let to, let way, var index, let due):
            guard let due else {
                self = .moving(to: to, way, index: index, due: now + Self.secondsPerPicture)
                return Self.secondsPerPicture
            }
            if now < due - 0.001 { return due - now }
            index += 1
            guard index < way.pictures.count else {
                self = .still
                return nil
            }
            self = .moving(to: to, way, index: index, due: now + Self.secondsPerPicture)
            return Self.secondsPerPicture
        }
    }
}

extension ExplorerModel {
    /// The ring to be seen was one and is another now.
    mutating func move(from old: RingKey?, to new: RingKey?) -> [Effect] {
        guard let old, let new, old != new else { return [] }
        var stepped = old
        stepped.layer = new.layer
        // Another class, size or filter has no way between.
        guard hasMotion, split == nil, stepped == new, let header = run.header, let before = run[old.layer],
            let after = run[new.layer], after.edges.count <= Motion.mostEdges
        else {
            motion = .still
            return []
        }
        guard motion == .still, !isWayPending else {
            motion = .resting(until: nil)
            return [.wake(afterSeconds: 0)]
        }
        motion = .waiting(from: old, to: new, until: nil)
        isWayPending = true
        return [
            .computeMotion(MotionJob(key: new, before: before.edges, after: after.edges, labels: header.labels)),
            .wake(afterSeconds: 0),
        ]
    }

    mutating func take(_ way: RingWay, for key: RingKey) -> [Effect] {
        isWayPending = false
        guard case .waiting(_, key, _) = motion else { return [] }
        motion = .moving(to: key, way, index: 0, due: nil)
        return [.wake(afterSeconds: 0)]
    }
}
