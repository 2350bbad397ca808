import Cells
import Testing

@testable import Settings

@Suite struct CatalogTests {
    private struct NoFile: Error {}

    /// Files of a folder that isn't there.
    private func files(_ contents: [String: String]) -> ThemeFiles {
        ThemeFiles(
            read: { path in
                guard let text = contents[path] else { throw NoFile() }
                return text
            },
            list: { folder in
                contents.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
            })
    }

    private func theme(named name: String) -> String {
        """
        name = "\(name)"
        summary = "mine"
        background = "#000000"
        paint-background = true
        [roles]
        \(Role.allCases.map { "\($0.rawValue) = \"bold\"" }.joined(separator: "\n"))
        [classes]
        colors = []
        [heat]
        gradient = []
        """
    }

    @Test func offersTheBuiltInThemesFirst() throws {
        let catalog = try ThemeCatalog()
        #expect(catalog.themes.map(\.name) == ["dusk", "paper", "stage", "mono"])
        #expect(catalog.problems.isEmpty)
    }

    @Test func readsTheUsersFolder() throws {
        let catalog = try ThemeCatalog(
            folder: "/u",
            files: files(["/u/mine.toml": theme(named: "mine"), "/u/dusk.toml": theme(named: "dusk"), "/u/a.txt": "?"]))
        #expect(catalog.themes.map(\.name) == ["dusk", "paper", "stage", "mono", "mine"])
        #expect(catalog.themes[0].summary == "mine")
        #expect(catalog.problems.isEmpty)
    }

    @Test func leavesBrokenThemesOutAndSaysWhy() throws {
        let catalog = try ThemeCatalog(folder: "/u", files: files(["/u/bad.toml": "name = \"bad\"\nroles = 1"]))
        #expect(catalog.themes.count == 4)
        #expect(catalog.problems == [.badValue(file: "/u/bad.toml", line: 2, key: "roles", expected: "a table")])
    }

    @Test func findsThemesByNameAndPath() throws {
        var catalog = try ThemeCatalog(files: files(["x/y.toml": theme(named: "mine")]))
        let (stage, fromPath) = (try catalog.select("stage"), try catalog.select("x/y.toml"))
        #expect(stage.name == "stage")
        #expect(fromPath.name == "mine")
        #expect(catalog.themes.map(\.name).last == "mine")
        let byName = try catalog.select("mine")
        #expect(byName == fromPath && byName.paintsBackground)
        #expect(throws: SettingsError.unknownTheme(name: "dawn", known: catalog.themes.map(\.name))) {
            try catalog.select("dawn")
        }
        #expect(throws: SettingsError.self) { try catalog.select("./none.toml") }
    }

    @Test func findsTheUsersFolder() {
        #expect(ThemeCatalog.userFolder(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"]) == "/c/sepal/themes")
        #expect(ThemeCatalog.userFolder(environment: ["HOME": "/h"]) == "/h/.config/sepal/themes")
        // A relative path is to be ignored, says the specification of those folders.
        #expect(
            ThemeCatalog.userFolder(environment: ["XDG_CONFIG_HOME": "c", "HOME": "/h"]) == "/h/.config/sepal/themes")
        #expect(ThemeCatalog.userFolder(environment: [:]) == nil)
    }
}
