import Cells
import Testing

@testable import Explorer

@Suite struct MouseTests {
    private func send(_ driver: inout Driver, _ kind: MouseEvent.Kind, column: Int = 0, row: Int = 0) {
        driver.send(.terminal(.mouse(MouseEvent(kind, column: column, row: row))))
    }

    @Test func itIsAskedForAndWhatCameOfItIsSaid() throws {
        var driver = try Driver.finished()
        driver.type("m")
        #expect(driver.effects == [.mouse(isOn: true)] && !driver.model.isMouseOn)
        driver.send(.mouse(isOn: true))
        #expect(driver.model.isMouseOn && driver.screen.last?.contains("mouse on") == true)
        driver.type("m")
        #expect(driver.effects.last == .mouse(isOn: false))
        driver.send(.mouse(isOn: false))
        #expect(driver.screen.last?.contains("mouse off") == true)
        driver.send(.mouse(isOn: false))
        #expect(driver.screen.last?.contains("this terminal has no mouse") == true)
    }

    @Test func theWheelStepsThroughTheLayers() throws {
        var driver = try Driver.finished()
        send(&driver, .wheelUp)
        send(&driver, .wheelUp)
        #expect(driver.model.cursor == 16)
        send(&driver, .wheelDown)
        #expect(driver.model.cursor == 17)
        driver.type("?")
        send(&driver, .wheelDown)
        #expect(driver.model.cursor == 17 && driver.model.isHelpShown)
    }

    /// The line of the cursor stands where was clicked.
    @Test(arguments: [40, 62, 100]) func aClickOnTheCurveGoesToTheLayer(column: Int) throws {
        var driver = try Driver.finished(columns: 120, rows: 40)
        send(&driver, .press, column: column, row: 33)
        #expect(driver.model.focus == .curve)
        let rows = driver.model.layout.panels[.curve] ?? Rect(Size(columns: 0, rows: 0))
        let lines = driver.screen[(rows.minRow + 1)..<(rows.maxRow - 2)].map { Array($0) }
        let places = Set(lines.flatMap { line in line.indices.dropFirst(2).dropLast(2).filter { line[$0] == "│" } })
        let place = try #require(places.first)
        // Layers are six columns apart.
        #expect(places.count == 1 && abs(place - column) <= 3)
    }

    @Test func aClickOnTheTableGoesToTheLayer() throws {
        var driver = try Driver.finished()
        driver.type("T")
        let row = try #require(driver.screen.firstIndex { $0.contains("layer2.1.conv1 ") && !$0.contains("conv1  32") })
        send(&driver, .press, column: 70, row: row)
        #expect(driver.model.cursor == 9 && driver.model.focus == .table)
    }

    @Test func aClickOnTheMatrixLooksAtItsClasses() throws {
        var driver = try Driver.finished(columns: 120, rows: 40)
        driver.type("M")
        let row = try #require(driver.screen.firstIndex { $0.hasPrefix("│   cat ") })
        send(&driver, .press, column: 4, row: row)
        #expect(driver.model.classFocus == 3)
        // The last column is that of trucks.
        let line = Array(driver.screen[row].prefix(58))
        let column = try #require(line.lastIndex { $0 != " " && $0 != "│" && $0 != "%" })
        send(&driver, .press, column: column - 8, row: row + 3)
        #expect(driver.model.classFocus != 3 && driver.model.comparedClass != nil)
        send(&driver, .press, column: 20, row: 27)
        #expect(driver.model.focus == .matrix)
    }

    @Test func aClickOnAPointOfTheMapOpensItsSample() throws {
        var driver = try GeometryPanelTests.driver(columns: 120, rows: 40)
        driver.type("P")
        let rect = try #require(driver.model.layout.panels[.map])
        let found = (rect.minRow..<rect.maxRow).lazy.flatMap { row in
            (rect.minColumn..<rect.maxColumn).lazy.map { Point(column: $0, row: row) }
        }.first { MapPanel(model: driver.model).sample(at: $0) != nil }
        let point = try #require(found)
        let sample = MapPanel(model: driver.model).sample(at: point)
        send(&driver, .press, column: point.column, row: point.row)
        #expect(driver.model.focus == .sample && driver.model.shownSample == sample)
        driver.press(.escape)
        #expect(driver.model.focus == .map)
    }

    @Test func aClickOnAPanelGivesItTheFocus() throws {
        var driver = try Driver.finished()
        send(&driver, .press, column: 100, row: 5)
        #expect(driver.model.focus == .histogram && driver.model.cursor == 18)
        for (column, row) in [(-1, -1), (0, 0), (500, 500), (10, 39)] {
            send(&driver, .press, column: column, row: row)
            #expect(driver.model.focus == .histogram)
        }
    }

    @Test func aClickOnAHalfLooksAtItsRun() throws {
        var driver = try RunsTests.driver(columns: 160, rows: 40)
        driver.type("|")
        send(&driver, .press, column: 90, row: 34)
        #expect(driver.model.shownRun == 1 && driver.model.focus == .curve && driver.model.cursor ?? 18 < 6)
        #expect(driver.screen[0].hasPrefix(" sepal  ●─ 1/2 before"))
    }
}
