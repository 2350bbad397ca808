import ArgumentParser
import Cells

/// The options of commands that open the explorer.
struct ScreenArguments: ParsableArguments {
    @Option(name: .long, help: "A theme's name (dusk, paper, stage, mono, or your own), or a theme file.")
    var theme: String?

    @Option(name: .long, help: "What dots are made of: braille, blocks or ascii. Default: what can be shown.")
    var glyphs: GlyphSet?

    @Option(name: .long, help: "Colours: never, 16, 256 or truecolor. Default: what the terminal has.")
    var color: ColorDepth?

    @Flag(name: .customLong("no-color"), help: "The same as --color never.")
    var noColor = false

    @Option(name: .long, help: "Step by itself, staying so many seconds at each layer.")
    var play: Double?

    func validate() throws {
        if let play, !(play >= 0.05 && play <= 3600) {
            throw ValidationError("--play \(play): expected seconds from 0.05 to 3600.")
        }
    }
}

extension GlyphSet: ExpressibleByArgument {}
extension ColorDepth: ExpressibleByArgument {}
