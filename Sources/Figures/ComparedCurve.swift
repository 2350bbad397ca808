import Plots
import Separation

extension ComparisonFigure {
    /// How a run is told from the other, without colours as well.
    struct Look {
        var ink: Ink
        var band: Ink
        var bandEdge: Ink
        var isRound: Bool

        static let first = Look(ink: .blue, band: .paleBlue, bandEdge: Ink(0x7DB6D9), isRound: true)
        static let second = Look(ink: .vermilion, band: Ink(0xF7D5BE), bandEdge: Ink(0xE9A377), isRound: false)

        /// Where both runs have a point in one place, a dot within a square.
        func drawPoint(x: Double, y: Double, _ sheet: inout Sheet) {
            if isRound {
                sheet.fill(.circle(x: x, y: y, radius: 1.2), ink)
            } else {
                sheet.mark(.rect(x - 1.8, y - 1.8, 3.6, 3.6), ink, isHollow: true)
            }
        }
    }

    /// A run's curve over the axis of the first.
    struct Line {
        var subject: Subject
        var layers: PairedLayers
        var look: Look

        var run: FigureRun { subject.run }

        func series(_ quantity: Quantity) -> CurveSeries {
            let results = layers.places.map { run.results[$0.layer] }
            return CurveSeries(
                values: results.map { $0.map(quantity.value) }, errors: results.map { $0.map(quantity.error) ?? 0 })
        }
    }

    /// One run's line in a frame.
    struct Curve {
        var line: Line
        var series: CurveSeries
        var scale: Scale
        var frame: CurveFrame

        private var look: Look { line.look }

        private func point(_ place: Int, errors: Double = 0) -> (x: Double, y: Double) {
            let value = (series.value(place) ?? 0) + errors * series.error(place)
            return frame.point(line.layers.point(place), scale.position(of: value))
        }

        private var stretches: [ClosedRange<Int>] { line.layers.stretches { series.value($0) != nil } }

        private var bands: [[Sheet.Segment]] {
            stretches.filter { $0.contains { series.error($0) > 0 } }.map { stretch in
                let (upper, lower) = (stretch.map { point($0, errors: 1) }, stretch.map { point($0, errors: -1) })
                return .polygon(upper + lower.reversed())
            }
        }

        func drawBand(_ sheet: inout Sheet) {
            for band in bands { sheet.fill(band, look.band) }
        }

        /// A band stays visible where the other one covers it.
        func drawBandEdges(_ sheet: inout Sheet) {
            for band in bands { sheet.stroke(band, look.bandEdge, width: 0.4) }
        }

        func drawLine(_ sheet: inout Sheet) {
            let stretches = stretches
            for (stretch, next) in zip(stretches, stretches.dropFirst())
            // Not across layers that are only not finished yet.
            where stretch.upperBound + 1 == next.lowerBound {
                let (start, end) = (point(stretch.upperBound), point(next.lowerBound))
                sheet.stroke(.line(start.x, start.y, end.x, end.y), look.ink, width: 0.6, dash: Sheet.dots)
            }
            for stretch in stretches where stretch.count > 1 {
                sheet.stroke(.polyline(stretch.map { point($0) }), look.ink, width: 1)
            }
        }

        func drawPoints(_ quantity: Quantity, _ sheet: inout Sheet) {
            for place in stretches.joined() {
                let layer = line.layers.places[place].layer
                guard let result = line.run.results[layer] else { continue }
                let place = point(place)
                let words = "\(line.run.title(layer)): \(quantity.symbol) \(quantity.text(result))"
                sheet.group("\(line.subject.name), \(words)") { look.drawPoint(x: place.x, y: place.y, &$0) }
            }
        }
    }
}
