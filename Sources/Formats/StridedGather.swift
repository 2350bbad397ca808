import Tensors

/// A strided view of stored elements, as PyTorch and Fortran-ordered arrays have it. Offset and strides count elements.
struct StridedView {
    let shape: Shape
    let strides: [Int]
    let offset: Int

    /// One past the last stored element the view touches; nil where that does not fit an `Int`, an offset or stride is
    /// negative, or strides and shape differ in length. An empty view touches nothing.
    var end: Int? {
        guard strides.count == shape.rank, offset >= 0, strides.allSatisfy({ $0 >= 0 }) else { return nil }
        guard shape.count > 0 else { return 0 }
        var last = offset
        for (extent, stride) in zip(shape.dims, strides) {
            let (reach, overflow) = stride.multipliedReportingOverflow(by: extent - 1)
            let (sum, overflow2) = last.addingReportingOverflow(reach)
            guard !overflow, !overflow2 else { return nil }
            last = sum
        }
        return last == .max ? nil : last + 1
    }

    /// Whether the elements lie in row-major order without gaps.
    var isContiguous: Bool { shape.count == 0 || run.length == shape.count }

    /// The elements of the innermost axes that lie side by side, and how many axes are left outside of them.
    private var run: (length: Int, outer: Int) {
        var length = 1
        var outer = shape.rank
        while outer > 0, shape[outer - 1] == 1 || strides[outer - 1] == length {
            length *= shape[outer - 1]
            outer -= 1
        }
        return (length, outer)
    }

    /// The elements in row-major order. The caller has checked `end` against `source` and charged the bytes. O(count).
    func gather(from source: UnsafeRawBufferPointer, elementSize: Int) -> [UInt8] {
        guard shape.count > 0, let base = source.baseAddress else { return [] }
        let (length, outer) = run
        let chunk = length * elementSize
        let total = shape.count * elementSize
        // The innermost axis that is not contiguous has a loop of its own.
        let (repeats, step) = outer > 0 ? (shape[outer - 1], strides[outer - 1] &* elementSize) : (1, 0)
        return [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
            guard let target = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            var index = [Int](repeating: 0, count: max(0, outer - 1))
            var from = offset
            while count < total {
                Self.copy(base + from * elementSize, target + count, chunk: chunk, repeats: repeats, step: step)
                count += chunk * repeats
                // An odometer over the axes outside, the last one fastest; a step past the end may wrap, and is taken back.
                var axis = index.count - 1
                while axis >= 0 {
                    index[axis] += 1
                    from &+= strides[axis]
                    if index[axis] < shape[axis] { break }
                    from &-= index[axis] &* strides[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
        }
    }

    /// Copies chunks that lie `step` bytes apart one behind the other; single elements as machine words.
    private static func copy(
        _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, chunk: Int, repeats: Int, step: Int
    ) {
        func words<Word: BitwiseCopyable>(_: Word.Type) {
            var (from, to) = (source, target)
            for _ in 0..<repeats {
                to.storeBytes(of: from.loadUnaligned(as: Word.self), as: Word.self)
                from += step
                to += chunk
            }
        }
        switch chunk {
        case 1: words(UInt8.self)
        case 2: words(UInt16.self)
        case 4: words(UInt32.self)
        case 8: words(UInt64.self)
        default:
            for place in 0..<repeats {
                (target + place * chunk).copyMemory(from: source + place * step, byteCount: chunk)
            }
        }
    }
}
