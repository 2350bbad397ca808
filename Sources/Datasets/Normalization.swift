extension ImageSet {
    /// Writes (x/255 − mean)/std, in float32 as PyTorch's transforms compute it, for a range of images.
    ///
    /// - Parameters:
    ///   - mean: one a channel, of pixels scaled to 0…1; so is `std`.
    ///   - destination: room for at least range.count×C×H×W values; what is beyond stays untouched.
    /// - Throws: `DatasetError` where an argument does not fit the set.
    /// - Complexity: O(values), by a table of 256 entries a channel.
    public func normalize(
        _ range: Range<Int>, mean: [Float], std: [Float], into destination: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw DatasetError.rangeOutside(range: range, count: count)
        }
        guard mean.count == channels, std.count == channels else {
            throw DatasetError.channelMismatch(channels: channels, mean: mean.count, standardDeviation: std.count)
        }
        if let channel = (0..<channels).first(where: { !mean[$0].isFinite || !std[$0].isFinite || std[$0] <= 0 }) {
            throw DatasetError.normalization(
                channel: channel, mean: mean[channel], standardDeviation: std[channel])
        }
        let area = height * width
        let needs = range.count * channels * area
        guard destination.count >= needs else {
            throw DatasetError.bufferTooSmall(needs: needs, has: destination.count)
        }
        let tables = zip(mean, std).flatMap { mean, std in (0..<256).map { (Float($0) / 255 - mean) / std } }
        pixels.withUnsafeBufferPointer { pixels in
            tables.withUnsafeBufferPointer { tables in
                for image in 0..<range.count {
                    for channel in 0..<channels {
                        let target = (image * channels + channel) * area
                        let source = range.lowerBound * channels * area + target
                        for place in 0..<area {
                            destination[target + place] = tables[channel << 8 | Int(pixels[source + place])]
                        }
                    }
                }
            }
        }
    }
}
