import Cells
import Foundation
import Testing

@testable import Settings

/// Every shipped theme at every colour depth: it must be readable, and its meanings must stay apart.
@Suite struct ShippedThemesTests {
    private static let cases = ThemeCatalog.builtInNames.flatMap { name in ColorDepth.allCases.map { (name, $0) } }
    /// Roles whose styles would say the wrong thing if they were the same.
    private static let opposites: [(Role, Role)] = [
        (.correct, .wrong), (.same, .different), (.curve, .second), (.better, .worse), (.peak, .pastPeak),
        (.text, .muted), (.frame, .focus), (.title, .focusTitle),
    ]

    private func theme(_ name: String) throws -> Theme {
        var catalog = try ThemeCatalog()
        return try catalog.select(name)
    }

    /// What is left of a style at a colour depth.
    private func lowered(_ style: Style, _ depth: ColorDepth) -> Style {
        func color(_ color: Color?) -> Color? {
            switch depth {
            case .never: nil
            case .ansi16: color.flatMap { Color.xterm($0.nearestOf16) }
            case .ansi256: color.flatMap { Color.xterm($0.nearestOf256) }
            case .truecolor: color
            }
        }
        return Style(
            foreground: color(style.foreground), background: color(style.background), attributes: style.attributes)
    }

    /// The contrast ratio of WCAG 2, from 1 to 21.
    private func contrast(_ a: Color, _ b: Color) -> Double {
        func luminance(_ color: Color) -> Double {
            let parts = [color.red, color.green, color.blue].map { byte -> Double in
                let value = Double(byte) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    @Test(arguments: cases) func isReadable(name: String, depth: ColorDepth) throws {
        let theme = try theme(name)
        let background = lowered(Style(foreground: theme.background), depth).foreground
        // Of 16 colours some can't be read on white whatever a theme does; words must be, the rest has shapes.
        let words: [Role] = [.text, .muted, .title, .focusTitle, .key, .cursor, .rim]
        let roles = depth == .ansi16 ? words : Role.allCases.filter { $0 != .frame && $0 != .band }
        for role in roles {
            let style = lowered(theme[role], depth)
            guard let color = style.foreground, let ground = style.background ?? background else { continue }
            let least = role == .text ? 7.0 : name == "stage" ? 4.5 : 2.8
            #expect(contrast(color, ground) >= least, "\(role) \(contrast(color, ground))")
        }
        for index in theme.classColors.indices where depth != .ansi16 {
            guard let color = lowered(theme.classStyle(index), depth).foreground, let background else { continue }
            #expect(contrast(color, background) >= 2.5, "class \(index) \(contrast(color, background))")
        }
    }

    @Test(arguments: cases) func keepsMeaningsApart(name: String, depth: ColorDepth) throws {
        let theme = try theme(name)
        // Without colours shapes and places tell apart what this theme has no attributes for; mono has them.
        guard depth != .never || name == "mono" else { return }
        for (one, other) in Self.opposites {
            #expect(lowered(theme[one], depth) != lowered(theme[other], depth), "\(one) and \(other)")
        }
    }

    @Test(arguments: ThemeCatalog.builtInNames) func keepsRedForWrongEdges(name: String) throws {
        let theme = try theme(name)
        let colors = Role.allCases.filter { $0 != .wrong }.compactMap { theme[$0].foreground } + theme.classColors
        for color in colors {
            let isRed =
                Int(color.red) > 150 && Int(color.red) > 2 * Int(color.green) && Int(color.red) > 2 * Int(color.blue)
            #expect(!isRed, "\(color)")
        }
    }

    @Test(arguments: ["dusk", "paper", "stage"]) func hasEnoughColors(name: String) throws {
        let theme = try theme(name)
        #expect(theme.classColors.count >= Theme.leastClassColors)
        #expect(Set(theme.classColors).count == theme.classColors.count)
        #expect(theme.heatGradient.count >= 3)
        // Neighbours on the ring.
        for (one, next) in zip(theme.classColors, theme.classColors.dropFirst() + theme.classColors.prefix(1)) {
            #expect(one.nearestOf256 != next.nearestOf256)
        }
    }

    @Test func lightAndProjectedThemesPaintTheirBackground() throws {
        let painting = try ThemeCatalog().themes.filter(\.paintsBackground).map(\.name)
        #expect(painting == ["paper", "stage"])
    }
}
