import Analysis
import Figures
import Formats
import Foundation
import Jobs
import Separation

/// The files that the figure of two runs goes to.
struct ComparisonFiles {
    private let files: [(path: String, format: FigureFormat)]

    /// Whether they can be written, before there is anything to write.
    /// - Throws: `UsageError` for an ending that stands for no format; `FormatError.unwritable`.
    init(paths: [String]) throws {
        files = try paths.map { path in
            guard let format = FigureFormat(rawValue: URL(filePath: path).pathExtension.lowercased()) else {
                throw UsageError("-o \(path): end it in .svg, .pdf or .png")
            }
            return (path, format)
        }
        for file in files { try checkWritable(file.path) }
    }

    /// Writes the figure to each of them; each is whole or as it was before.
    /// - Parameter runs: the paths of both run files.
    func write(_ comparison: Comparison, runs: [String]) throws {
        guard !files.isEmpty else { return }
        let sheet = try Self.sheet(comparison, runs)
        // All are made before the first is written.
        let contents = try files.map { try FigureFile(sheet, as: $0.format).bytes }
        for (file, bytes) in zip(files, contents) { try writeFile(bytes, to: file.path) }
    }

    private static func sheet(_ comparison: Comparison, _ paths: [String]) throws -> Sheet {
        let level = comparison.first.header.level
        let reports = [comparison.first, comparison.second]
        let subjects = try reports.enumerated().map { index, report in
            ComparisonFigure.Subject(try figureRun(report, paths[index]), name: title(of: index, among: paths))
        }
        let layers = reports.map { $0.flags[level].layers }
        // The axis is that of the deeper network, so that no layer is left out for want of a place.
        let (base, other) = layers[1].count > layers[0].count ? (1, 0) : (0, 1)
        var partners: [Int: Int] = [:]
        for row in comparison.rows {
            let pair = [row.first, row.second]
            if let layer = pair[base], partners[layer] == nil { partners[layer] = pair[other] }
        }
        return try ComparisonFigure(subjects[base], subjects[other]).sheet(
            level: level, partners: layers[base].map { partners[$0] }, alignment: comparison.alignment.rawValue)
    }

    private static func figureRun(_ report: Report, _ path: String) throws -> FigureRun {
        do {
            return try FigureRun(header: report.header, results: report.results)
        } catch .noLayers {
            throw EmptyRun(path: path)
        }
    }
}
