import GRDB
import Separation

/// How a layer's samples lie, packed.
struct GeometryRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "geometry"

    var position: Int
    var gram: PackedBytes?
    var map: PackedBytes?

    /// nil where the geometry can't be of so many samples, or isn't finite.
    init?(_ geometry: LayerGeometry, position: Int, samples: Int) {
        self.position = position
        if let triangle = geometry.gram {
            guard triangle.samples <= samples, let packed = PackedBytes(gram: triangle) else { return nil }
            gram = packed
        }
        if let plane = geometry.map {
            guard plane.points.count == samples, let packed = PackedBytes(map: plane) else { return nil }
            map = packed
        }
    }
}

/// A sample's picture.
struct ThumbnailRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "thumbnail"

    var position: Int
    var channels: Int
    var height: Int
    var width: Int
    var pixels: PackedBytes

    init(_ picture: Thumbnail, position: Int) {
        self.position = position
        (channels, height, width) = (picture.channels, picture.height, picture.width)
        pixels = PackedBytes(bytes: picture.pixels)
    }

    /// nil where the numbers don't fit one another.
    var picture: Thumbnail? { Thumbnail(channels: channels, height: height, width: width, pixels: pixels.bytes) }
}

extension PackedBytes {
    /// What is added to a triangle's exponent, which may be negative.
    private static let exponentBias = 1 << 12

    /// n, the exponent and 4,096, the halves.
    ///
    /// nil where the exponent is none that float32 features can have.
    init?(gram: GramTriangle) {
        bytes = []
        bytes.reserveCapacity(gram.halves.count * 2 + 8)
        let exponent = gram.exponent + Self.exponentBias
        guard exponent >= 0, exponent < 2 * Self.exponentBias else { return nil }
        append(gram.samples)
        append(exponent)
        for half in gram.halves {
            withUnsafeBytes(of: half.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    /// nil unless the bytes are those of a triangle of at most `samples` samples.
    func gram(samples: Int) -> GramTriangle? {
        var reader = PackedReader(bytes)
        guard let count = reader.number(below: samples + 1),
            let exponent = reader.number(below: 2 * Self.exponentBias),
            let halves = GramTriangle.count(samples: count).flatMap({ reader.halves($0) }), reader.isAtEnd,
            // Those with all bits of the exponent set are NaN and infinity.
            halves.allSatisfy({ $0 & 0x7C00 != 0x7C00 })
        else { return nil }
        return GramTriangle(samples: count, exponent: exponent - Self.exponentBias, halves: halves)
    }

    /// N, the two shares as float32, the points as float32.
    ///
    /// nil unless all numbers are finite.
    init?(map: PrincipalMap) {
        bytes = []
        bytes.reserveCapacity(map.points.count * 8 + 16)
        let shares = [Float(map.shares.x), Float(map.shares.y)]
        guard (shares + map.points.flatMap { [$0.x, $0.y] }).allSatisfy(\.isFinite) else { return nil }
        append(map.points.count)
        append(shares)
        append(map.points.lazy.flatMap { [$0.x, $0.y] })
    }

    /// nil unless the bytes are those of a map of just `samples` samples.
    func map(samples: Int) -> PrincipalMap? {
        var reader = PackedReader(bytes)
        guard let count = reader.number(below: .max), count == samples, let shares = reader.floats(2),
            let numbers = reader.floats(2 * count), reader.isAtEnd, (shares + numbers).allSatisfy(\.isFinite)
        else { return nil }
        return PrincipalMap(
            points: (0..<count).map { SIMD2(numbers[2 * $0], numbers[2 * $0 + 1]) },
            shares: SIMD2(Double(shares[0]), Double(shares[1])))
    }
}
