/// Tuples, lists and dictionaries of the heap.
extension Unpickler {
    /// Counts values that stay referenced, one more for the container itself.
    mutating func retain(_ count: Int) throws {
        retained += count + 1
        guard retained <= context.limits.objects else {
            throw context.tooLarge("values in the pickle's containers", retained, context.limits.objects)
        }
    }

    mutating func tuple(_ items: [PickleValue]) throws -> PickleValue {
        try retain(items.count)
        heap.sequences.append(items)
        return .tuple(heap.sequences.count - 1)
    }

    mutating func list(_ items: [PickleValue]) throws -> PickleValue {
        try retain(items.count)
        heap.sequences.append(items)
        return .list(heap.sequences.count - 1)
    }

    mutating func dictionary(_ items: [PickleValue]) throws -> PickleValue {
        heap.dictionaries.append([])
        let value = PickleValue.dictionary(heap.dictionaries.count - 1)
        try set(items, in: value)
        return value
    }

    mutating func append(_ items: [PickleValue]) throws {
        switch try top() {
        case .list(let index):
            try retain(items.count)
            heap.sequences[index].append(contentsOf: items)
        case .object, .inert: break
        default: throw malformed("items are appended to something that is no list")
        }
    }

    mutating func set(_ items: [PickleValue], in target: PickleValue? = nil) throws {
        guard items.count.isMultiple(of: 2) else { throw malformed("a dictionary has a key without a value") }
        switch try target ?? top() {
        case .dictionary(let index):
            try retain(items.count)
            for pair in stride(from: 0, to: items.count, by: 2) {
                heap.dictionaries[index].append((items[pair], items[pair + 1]))
            }
        case .object, .inert: break
        default: throw malformed("entries are set in something that is no dictionary")
        }
    }
}
