import Tensors

extension Tensor {
    /// The values of a network's parameter as float32, all of them finite.
    ///
    /// - Throws: `NetworkError.nonFinite`; `.beyondFloat` where float64 holds a number that float32 can't.
    /// - Complexity: O(count).
    public func weights(named name: String) throws(NetworkError) -> [Float] {
        let values = floats()
        try checkFinite(values, named: name)
        return values
    }

    /// - Parameter values: the elements as float32.
    func checkFinite(_ values: [Float], named name: String) throws(NetworkError) {
        guard let index = values.firstNonFinite else { return }
        throw isFinite(at: index) ? .beyondFloat(tensor: name, index: index) : .nonFinite(tensor: name, index: index)
    }
}

extension [Float] {
    /// A plain loop, since networks have millions of weights.
    fileprivate var firstNonFinite: Int? {
        withUnsafeBufferPointer { values in
            var index = 0
            while index < values.count {
                if !values[index].isFinite { return index }
                index += 1
            }
            return nil
        }
    }
}
