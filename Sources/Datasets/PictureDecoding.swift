import Formats
import Synchronization

extension PictureFolder {
    /// Decodes the pictures that are asked for, and no others, and brings them to one size.
    ///
    /// - Throws: for the first picture, in the order of the set, that cannot be read, an error that names it.
    /// - Complexity: O(pixels of the chosen files), spread over the processors.
    func load(_ request: ImageRequest) throws -> ImageSet {
        if request.labelsOnly { return try labelsOnly(request) }
        let chosen = try choose(request)
        let output = chosen.output
        let channels = try request.channels?(chosen.paths.count, output.height, output.width) == 1 ? 1 : 3
        let (pixels, damage) = try decode(chosen, channels: channels, request)
        let left = request.note(
            taken: chosen.paths.count, of: files.count, height: output.height, width: output.width)
        return ImageSet(
            labels: chosen.labels, places: chosen.places, extents: (channels, output.height, output.width),
            pixels: pixels, classNames: classNames, source: source, order: chosen.order,
            notes: notes + chosen.notes + left + (channels == 1 ? ["pictures taken in grey"] : []) + damage)
    }

    private func labelsOnly(_ request: ImageRequest) throws -> ImageSet {
        let choice = SampleOrder.choose(
            files.map(\.label), limit: request.limit, seed: request.seed, isGrouped: true)
        let labels = choice.indices.map { files[$0].label }
        try ImageSet.check(labels, classNames, source)
        return ImageSet(
            labels: labels, places: choice.indices, extents: (3, 0, 0), pixels: [], classNames: classNames,
            source: source, order: choice.name, notes: notes)
    }

    /// The pictures that are taken, and what becomes of them.
    private struct Chosen {
        var paths: [String]
        var labels: [Int]
        /// As `ImageSet` has them.
        var places: [Int]
        var order: String
        var sizes: [Size]
        var transform: ImageTransform
        var output: Size
        var notes: [String]
    }

    /// Large pictures are known to be so by those that are taken of such alone: how many are taken must not depend on others.
    private func choose(_ request: ImageRequest) throws -> Chosen {
        if let few = request.limitOfLarge, few < min(files.count, request.limit ?? .max) {
            let chosen = try choose(few, request)
            if request.limit(height: chosen.output.height, width: chosen.output.width) == few { return chosen }
        }
        return try choose(request.limit, request)
    }

    private func choose(_ limit: Int?, _ request: ImageRequest) throws -> Chosen {
        let choice = SampleOrder.choose(files.map(\.label), limit: limit, seed: request.seed, isGrouped: true)
        let labels = choice.indices.map { files[$0].label }
        let paths = choice.indices.map { files[$0].path }
        try ImageSet.check(labels, classNames, source)
        let sizes = try sizes(of: paths, request)
        let (transform, notes) = try Self.transform(request.transform, sizes, paths)
        return Chosen(
            paths: paths, labels: labels, places: choice.indices, order: choice.name, sizes: sizes,
            transform: transform,
            output: try commonOutput(sizes, paths, transform, request.limits), notes: notes)
    }

    /// Pixels, N×channels×H×W, and a note where decoders have complained.
    private func decode(
        _ chosen: Chosen, channels: Int, _ request: ImageRequest
    ) throws -> (pixels: [UInt8], notes: [String]) {
        let (paths, sizes, limits) = (chosen.paths, chosen.sizes, request.limits)
        let bytesEach = channels * chosen.output.height * chosen.output.width
        try ImageSet.checkRoom(paths.count, bytesEach, source, limits)
        let warnings = Mutex<[Int: String]>([:])
        let pixels = try filled(paths.count * bytesEach) { buffer in
            try request.forEach(paths.count) { index in
                let path = paths[index]
                let image = try RasterImage.decode(bytes: try read(path, limits), file: path, limits: limits)
                guard Size(height: image.height, width: image.width) == sizes[index] else {
                    throw FormatError.changed(file: path)
                }
                let planes = try chosen.transform.apply(
                    channels == 1 ? image.grey : image.planes, channels: channels, height: image.height,
                    width: image.width, path, limits)
                buffer.write(planes, at: index * bytesEach)
                if let warning = image.warning { warnings.withLock { $0[index] = warning } }
            }
        }
        let damaged = warnings.withLock { $0 }
        guard let first = damaged.min(by: { $0.key < $1.key }) else { return (pixels, []) }
        let note =
            "\(damaged.count) damaged image(s) decoded as far as they go, the first \(paths[first.key]): "
            + first.value
        return (pixels, [note])
    }

    /// Longest picture file.
    private static let pictureBytes = 1 << 28

    private struct Size: Equatable {
        var height = 0
        var width = 0
    }

    private func read(_ path: String, _ limits: Limits) throws -> [UInt8] {
        var limits = limits
        limits.fileBytes = min(limits.fileBytes, Self.pictureBytes)
        return try readFile(join(root, path), limits: limits)
    }

    /// From the headers.
    private func sizes(of paths: [String], _ request: ImageRequest) throws -> [Size] {
        let sizes = Mutex([Size](repeating: Size(), count: paths.count))
        try request.forEach(paths.count) { index in
            let path = paths[index]
            let size = try RasterImage.size(
                bytes: try read(path, request.limits), file: path, limits: request.limits)
            sizes.withLock { $0[index] = Size(height: size.height, width: size.width) }
        }
        return sizes.withLock { $0 }
    }

    /// The transform asked for; where none is, ImageNet's for pictures of differing sizes that are large enough.
    private static func transform(
        _ asked: ImageTransform, _ sizes: [Size], _ paths: [String]
    ) throws -> (ImageTransform, [String]) {
        guard asked == .none, let odd = sizes.firstIndex(where: { $0 != sizes[0] }) else { return (asked, []) }
        let least = sizes.map { min($0.height, $0.width) }.min() ?? 0
        guard least >= ImageTransform.imageNetLeast else {
            throw DatasetError.sizes(
                file: paths[odd], found: [sizes[odd].width, sizes[odd].height],
                expected: [sizes[0].width, sizes[0].height],
                advice: "give the size that the network takes, as --resize 32 --crop 32")
        }
        return (
            .imageNet,
            ["images differ in size: resized to 256, the middle 224×224 taken, as for ImageNet (--resize, --crop)"]
        )
    }

    /// The size that all pictures have in the end.
    private func commonOutput(
        _ sizes: [Size], _ paths: [String], _ transform: ImageTransform, _ limits: Limits
    ) throws -> Size {
        var common: Size?
        for (size, path) in zip(sizes, paths) {
            let (height, width) = try transform.output(height: size.height, width: size.width, path, limits)
            if let common, common != Size(height: height, width: width) {
                throw DatasetError.sizes(
                    file: path, found: [width, height], expected: [common.width, common.height],
                    advice: "give --crop as well")
            }
            common = Size(height: height, width: width)
        }
        return common ?? Size()
    }
}

extension RasterImage {
    /// Channels × height × width.
    var planes: [UInt8] {
        let area = width * height
        return [UInt8](unsafeUninitializedCapacity: 3 * area) { planes, count in
            pixels.withUnsafeBufferPointer { pixels in
                for place in 0..<area {
                    for channel in 0..<3 { planes[channel * area + place] = pixels[3 * place + channel] }
                }
            }
            count = 3 * area
        }
    }

    /// Height × width: ITU-R 601-2 luma as Pillow's `convert("L")` computes it, (19595 R + 38470 G + 7471 B + 2¹⁵) >> 16. The
    /// weights sum to 2¹⁶, so what is grey already stays as it is.
    var grey: [UInt8] {
        let area = width * height
        return [UInt8](unsafeUninitializedCapacity: area) { plane, count in
            pixels.withUnsafeBufferPointer { pixels in
                for place in 0..<area {
                    let (red, green, blue) = (pixels[3 * place], pixels[3 * place + 1], pixels[3 * place + 2])
                    let sum = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue) + 0x8000
                    plane[place] = UInt8(truncatingIfNeeded: sum >> 16)
                }
            }
            count = area
        }
    }
}
