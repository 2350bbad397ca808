import GRDB
import Separation

/// What the file says of a sample of the graph.
public struct StoredSample: Equatable, Sendable {
    /// An index into the header's classes.
    public var label: Int
    /// What the network says; nil while unknown.
    public var prediction: Int?
    /// nil where the data aren't images, or the file is older.
    public var thumbnail: Thumbnail?
}

extension RunStore {
    /// Bytes of a picture, whatever its channels are.
    private static let longestPicture = 1 << 20

    /// A layer's map and Gram triangle; nil while the layer is missing, or where the file was begun without them.
    ///
    /// - Complexity: O(N + n²).
    public func geometry(layer: Int) throws(RunStoreError) -> LayerGeometry? {
        guard let record = try geometryRecord(layer, "position, gram, map") else { return nil }
        return LayerGeometry(gram: try gram(record), map: try map(record))
    }

    /// A layer's samples in the plane, without touching its Gram triangle; nil likewise.
    public func map(layer: Int) throws(RunStoreError) -> PrincipalMap? {
        try geometryRecord(layer, "position, map").flatMap { record throws(RunStoreError) in try map(record) }
    }

    /// CKA between all layers whose Gram triangles are stored.
    ///
    /// - Complexity: O(L²·n²) for L layers of n samples; 2 MB a layer meanwhile.
    public func alignment() throws(RunStoreError) -> AlignmentMatrix {
        var alignment = KernelAlignment(layers: opened.layers.count)
        for layer in opened.layers.indices {
            guard let record = try geometryRecord(layer, "position, gram"), let gram = try gram(record) else {
                continue
            }
            alignment.add(gram, layer: layer)
        }
        return alignment.matrix
    }

    /// Label, prediction and picture of a sample; nil where the graph has no such sample.
    public func sample(_ sample: Int) throws(RunStoreError) -> StoredSample? {
        guard opened.labels.indices.contains(sample) else { return nil }
        let header = try header()
        return StoredSample(
            label: opened.labels[sample],
            prediction: header.predictions.indices.contains(sample) ? header.predictions[sample] : nil,
            thumbnail: try thumbnail(sample))
    }

    /// A sample's picture; nil where there is none.
    public func thumbnail(_ sample: Int) throws(RunStoreError) -> Thumbnail? {
        let record = try read("sample \(sample)", longest: Self.longestPicture) { database in
            try database.tableExists(ThumbnailRecord.databaseTableName)
                ? try ThumbnailRecord.fetchOne(database, key: sample) : nil
        }
        guard let record else { return nil }
        guard let picture = record.picture else {
            throw .damaged(path: path, part: "sample \(sample)", reason: "its picture is of another size than it says")
        }
        return picture
    }

    /// Whether pictures of samples are there.
    public func hasThumbnails() throws(RunStoreError) -> Bool {
        try read("table of pictures", longest: Self.longestPicture) { database in
            try database.tableExists(ThumbnailRecord.databaseTableName)
                && !(try ThumbnailRecord.limit(1).fetchAll(database)).isEmpty
        }
    }

    /// Stores the pictures of the graph's samples, in one transaction; does nothing where there are some already.
    ///
    /// - Parameter picture: Gets each sample; nil where it has no picture.
    /// - Throws: `busy`; `failed`; `notWritable` for a store opened to read.
    /// - Complexity: O(N); at most 12 KB a sample.
    public func storeThumbnails(_ picture: (Int) -> Thumbnail?) throws(RunStoreError) {
        guard try !hasThumbnails() else { return }
        do {
            try queue.write { database in
                for sample in opened.labels.indices {
                    if let thumbnail = picture(sample) {
                        try ThumbnailRecord(thumbnail, position: sample).insert(database)
                    }
                }
            }
        } catch {
            throw RunStoreError(error, path: path, part: "table of pictures")
        }
    }

    private func geometryRecord(_ layer: Int, _ columns: String) throws(RunStoreError) -> GeometryRecord? {
        guard opened.layers.indices.contains(layer) else { return nil }
        // A map's points, and the triangle of at most a thousand samples.
        return try read(part(layer), longest: 8 * opened.samples + (1 << 21)) { database in
            // Older files have no such table while they are only read.
            try database.tableExists(GeometryRecord.databaseTableName)
                ? try GeometryRecord.fetchOne(
                    database, sql: "SELECT \(columns) FROM geometry WHERE position = ?", arguments: [layer]) : nil
        }
    }

    private func gram(_ record: GeometryRecord) throws(RunStoreError) -> GramTriangle? {
        guard let packed = record.gram else { return nil }
        guard let gram = packed.gram(samples: opened.labels.count) else {
            throw damaged(record.position, "its Gram matrix can't be unpacked")
        }
        return gram
    }

    private func map(_ record: GeometryRecord) throws(RunStoreError) -> PrincipalMap? {
        guard let packed = record.map else { return nil }
        guard let map = packed.map(samples: opened.labels.count) else {
            throw damaged(record.position, "its map can't be unpacked")
        }
        return map
    }
}
