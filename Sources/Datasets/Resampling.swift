/// Pillow's bilinear resize with antialiasing, bit for bit (`ImagingResample`, src/libImaging/Resample.c): weights of a
/// triangle as wide as the scale, in 22-bit fixed point; rows first, rounded to 8 bits, then columns. (So up to 12.x, with
/// which today's networks were trained; Pillow 13 takes pictures more than twice as high as wide columns first, which moves
/// some values by one.)
struct Resampling {
    private let height: Int
    private let width: Int
    private let rows: Weights
    private let columns: Weights

    init(height: Int, width: Int, toHeight: Int, width toWidth: Int) {
        (self.height, self.width) = (height, width)
        rows = Weights(from: height, to: toHeight)
        columns = Weights(from: width, to: toWidth)
    }

    /// Planes of one image. O(pixels × (1 + scale)).
    func apply(_ planes: [UInt8], channels: Int) -> [UInt8] {
        let narrow = columns.count == width ? planes : horizontal(planes, lines: channels * height)
        return rows.count == height ? narrow : vertical(narrow, channels: channels)
    }

    private func horizontal(_ source: [UInt8], lines: Int) -> [UInt8] {
        let count = columns.count
        return [UInt8](unsafeUninitializedCapacity: lines * count) { target, initialized in
            source.withUnsafeBufferPointer { source in
                columns.values.withUnsafeBufferPointer { weights in
                    for line in 0..<lines {
                        for place in 0..<count {
                            let from = line * width + columns.starts[place]
                            let first = place * columns.stride
                            var sum = Weights.half
                            for index in 0..<columns.lengths[place] {
                                sum &+= Int32(source[from + index]) &* weights[first + index]
                            }
                            target[line * count + place] = UInt8(clamping: sum >> Weights.bits)
                        }
                    }
                }
            }
            initialized = lines * count
        }
    }

    private func vertical(_ source: [UInt8], channels: Int) -> [UInt8] {
        let (count, width) = (rows.count, columns.count)
        var sums = [Int32](repeating: 0, count: width)
        return [UInt8](unsafeUninitializedCapacity: channels * count * width) { target, initialized in
            source.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for line in 0..<channels * count {
                        let (channel, place) = line.quotientAndRemainder(dividingBy: count)
                        sums.update(repeating: Weights.half)
                        for index in 0..<rows.lengths[place] {
                            let weight = rows.values[place * rows.stride + index]
                            let from = (channel * height + rows.starts[place] + index) * width
                            for column in 0..<width { sums[column] &+= Int32(source[from + column]) &* weight }
                        }
                        for column in 0..<width {
                            target[line * width + column] = UInt8(clamping: sums[column] >> Weights.bits)
                        }
                    }
                }
            }
            initialized = channels * count * width
        }
    }

    /// What each place along one axis is made of: `lengths[i]` source places from `starts[i]` on, with weights from
    /// `values[i × stride]` on, which sum to 2²².
    private struct Weights {
        static let bits: Int32 = 22
        static let half: Int32 = 1 << (bits - 1)

        let count: Int
        let stride: Int
        private(set) var starts: [Int] = []
        private(set) var lengths: [Int] = []
        private(set) var values: [Int32]

        init(from source: Int, to target: Int) {
            let scale = Double(source) / Double(target)
            let support = max(scale, 1)
            count = target
            stride = Int(support.rounded(.up)) * 2 + 1
            values = [Int32](repeating: 0, count: target * stride)
            var line = [Double](repeating: 0, count: stride)
            for place in 0..<target {
                let centre = (Double(place) + 0.5) * scale
                let start = max(0, Int(centre - support + 0.5))
                let length = min(source, Int(centre + support + 0.5)) - start
                var sum = 0.0
                for index in 0..<length {
                    let distance = abs((Double(index + start) - centre + 0.5) * (1 / support))
                    line[index] = distance < 1 ? 1 - distance : 0
                    sum += line[index]
                }
                for index in 0..<length {
                    let weight = sum == 0 ? line[index] : line[index] / sum
                    values[place * stride + index] = Int32(0.5 + weight * Double(1 << Self.bits))
                }
                starts.append(start)
                lengths.append(length)
            }
        }
    }
}
