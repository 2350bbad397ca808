extension ImageSet {
    /// An image made to fit into `mostExtent` × `mostExtent` pixels, its proportions kept; as it is where it fits already.
    ///
    /// Of two channels the first is taken, of more than three the first three.
    /// - Returns: Planes of 1 or 3 channels; nil where there is no such image.
    /// - Complexity: O(pixels of the image).
    public func thumbnail(
        _ index: Int, mostExtent: Int
    ) -> (channels: Int, height: Int, width: Int, pixels: [UInt8])? {
        guard (0..<count).contains(index), channels > 0, height > 0, width > 0, mostExtent > 0 else { return nil }
        let kept = channels < 3 ? 1 : 3
        let first = index * channels * height * width
        let planes = Array(pixels[first..<first + kept * height * width])
        let longest = max(height, width)
        guard longest > mostExtent else { return (kept, height, width, planes) }
        func fitted(_ extent: Int) -> Int { max(1, (extent * mostExtent + longest / 2) / longest) }
        let (rows, columns) = (fitted(height), fitted(width))
        let resampling = Resampling(height: height, width: width, toHeight: rows, width: columns)
        return (kept, rows, columns, resampling.apply(planes, channels: kept))
    }
}
