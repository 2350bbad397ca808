import ArgumentParser
import Figures
import Jobs
import RunStore
import Separation
import Text

struct FigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figure",
        abstract: "Writes the paper's figures of a saved run as SVG, PDF and PNG.",
        discussion: """
              sepal figure run.sepal -o figures

              histograms      the similarity histograms of ten layers, the peak's among them
              rings           the ring graphs of all layers, twenty a sheet
              modularity-*    M with its error band and Lu et al.'s Q, with Criterion I's flags; conv for all layers, and \
            block for stem and block outputs where the network has blocks
            """)

    @Argument(help: ArgumentHelp("A run file, finished or not.", valueName: "run"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder for the files; it is made.", valueName: "folder"))
    var output: String

    @Option(name: .long, help: "What to write, with commas: svg, pdf, png. Default: all three.")
    var format = FigureFormat.allCases.map(\.rawValue).joined(separator: ",")

    @Option(
        name: .long,
        help: """
            The layers of histograms and rings, with commas: names, numbers from 1, ranges as 3-7, block, or all.
            """)
    var layers: String?

    @Option(name: .long, help: "Tolerance tau of Criterion I. Default: the run's.")
    var tolerance: Double?

    @Option(name: .long, help: "Least number of layers that make a plateau. Default: the run's.")
    var minLength: Int?

    func validate() throws {
        for word in format.split(separator: ",") where FigureFormat(rawValue: String(word)) == nil {
            throw ValidationError("--format \(word): expected svg, pdf or png.")
        }
        if formats.isEmpty { throw ValidationError("--format: expected svg, pdf or png.") }
        if let tolerance, !(0...1).contains(tolerance) {
            throw ValidationError("--tolerance \(tolerance): expected 0 to 1.")
        }
        if let minLength, minLength < 1 { throw ValidationError("--min-length \(minLength): expected 1 or more.") }
    }

    private var formats: [FigureFormat] {
        FigureFormat.allCases.filter { format.split(separator: ",").contains(Substring($0.rawValue)) }
    }

    func run() throws {
        try reporting {
            let store = try RunStore.open(path: file)
            defer { store.close() }
            var header = try store.header()
            if let tolerance { header.tolerance = tolerance }
            if let minLength { header.minLength = minLength }
            let run = try figureRun(header, try store.figures())
            let chosen = try layers.map { try run.layers(named: $0) }
            try FigureFile.prepare(folder: output)
            // All are made before the first is written.
            let sheets =
                try HistogramFigure(run).sheets(layers: chosen)
                + RingFigure(run).sheets(layers: chosen) { try store.edges(layer: $0) } + CurveFigure(run).sheets()
            let files = try sheets.flatMap { sheet in try formats.map { try FigureFile(sheet, as: $0) } }
            try Outputs(files.map { ("-o", $0.path(in: output)) }).check(reading: [file])
            let paths = try files.map { try $0.write(to: output) }
            try writeToStandardOutput(paths.map { $0.printable + "\n" }.joined())
        }
    }

    private func figureRun(_ header: RunHeader, _ results: [LayerResult?]) throws -> FigureRun {
        do {
            return try FigureRun(header: header, results: results)
        } catch .noLayers {
            throw EmptyRun(path: file)
        }
    }
}

/// A run that has nothing to draw yet.
struct EmptyRun: Failure {
    var path: String
    var exitStatus: ExitStatus { .badData }
    var description: String { "\(path): \(FigureError.noLayers)" }
}
