/// The screen of a terminal as text: what ncurses sends to an xterm, put where it belongs.
///
/// Characters are taken to be one cell wide, and of styles only those in force are known. What it doesn't
/// understand is listed in `unknown`.
struct VirtualScreen {
    private(set) var columns: Int
    private(set) var rows: Int
    private var cells: [[Unicode.Scalar]]
    /// Cells and cursor of the primary screen while the alternate one is shown.
    private var primary: (cells: [[Unicode.Scalar]], column: Int, row: Int)?
    private(set) var column = 0
    private(set) var row = 0
    private var scrollRows: ClosedRange<Int>
    /// The last column is filled, and the next character goes to the next line.
    private var wraps = false
    private var inserts = false
    private var previous: Unicode.Scalar = " "
    /// Where `8` goes back to.
    private var saved = (column: 0, row: 0)
    /// Private modes that are on: 1 cursor keys, 25 cursor shown, 1049 alternate screen, 2004 pasted text marked, 2026 a frame
    /// held back.
    private(set) var modes: Set<Int> = [25]
    private(set) var hasApplicationKeypad = false
    /// Every way of setting colours and attributes that has been sent.
    private(set) var styles: Set<String> = []
    private(set) var hasStyle = false
    private var hasBackground = false
    /// Characters that were put on the alternate screen while no background was in force.
    private(set) var bareCharacters = 0
    private(set) var unknown: [String] = []
    /// How often it was asked for its status.
    private(set) var statusRequests = 0
    /// How often whether it can hold frames back, and how many it was given to be held back.
    private(set) var synchronizationRequests = 0
    private(set) var heldFrames = 0
    private var parser = EscapeParser()

    init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        scrollRows = 0...rows - 1
    }

    /// The rows, without the blanks at their ends.
    var lines: [String] {
        cells.map { row in
            let length = row.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
            return String(String.UnicodeScalarView(row[..<length]))
        }
    }

    var text: String { lines.joined(separator: "\n") }

    /// The same in ASCII, for messages: what runs the tests drops output that it gets in the middle of a character.
    var asciiText: String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case ..<0x80: scalar
                    case 0x2500...0x2501: "-"
                    case 0x2502: "|"
                    case 0x2503...0x257F: "+"
                    case 0x2580...0x259F: "#"
                    case 0x2800...0x28FF: ":"
                    default: "?"
                    }
                }))
    }

    /// A part of the screen, row by row.
    func part(columns: Range<Int>, rows: Range<Int>) -> [String] {
        cells[rows.clamped(to: 0..<self.rows)].map { row in
            String(String.UnicodeScalarView(row[columns.clamped(to: 0..<self.columns)]))
        }
    }

    mutating func resize(columns: Int, rows: Int) {
        func fitted(_ old: [[Unicode.Scalar]]) -> [[Unicode.Scalar]] {
            (0..<rows).map { row in
                let kept = old.indices.contains(row) ? old[row].prefix(columns) : []
                return kept + Array(repeating: " ", count: columns - kept.count)
            }
        }
        cells = fitted(cells)
        if let kept = primary { primary = (fitted(kept.cells), kept.column, kept.row) }
        (self.columns, self.rows) = (columns, rows)
        (scrollRows, wraps) = (0...rows - 1, false)
        move(to: column, row)
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let piece = parser.take(byte) { obey(piece) }
        }
    }

    private mutating func obey(_ piece: EscapeParser.Piece) {
        switch piece {
        case .character(let scalar): put(scalar)
        case .control(let byte): control(byte)
        case .escape(let text): escape(text)
        case .sequence(let sequence): obey(sequence)
        }
    }

    // MARK: Characters and controls

    private mutating func put(_ scalar: Unicode.Scalar) {
        if wraps {
            column = 0
            lineFeed()
        }
        if inserts { insertBlanks(1) }
        cells[row][column] = scalar
        if primary != nil, !hasBackground { bareCharacters += 1 }
        previous = scalar
        wraps = column == columns - 1
        if !wraps { column += 1 }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 8: move(to: column - 1, row)
        case 9: move(to: (column / 8 + 1) * 8, row)
        case 10: lineFeed()
        case 13: move(to: 0, row)
        case 0, 7, 15: break
        default: unknown.append("control \(byte)")
        }
    }

    private mutating func escape(_ text: String) {
        switch text {
        case "M" where row == scrollRows.lowerBound: scroll(by: -1, in: scrollRows)
        case "M": move(to: column, row - 1)
        case "7": saved = (column, row)
        case "8": move(to: saved.column, saved.row)
        case "=": hasApplicationKeypad = true
        case ">": hasApplicationKeypad = false
        case "(B", ")0", "\\": break
        default: unknown.append("escape \(text)")
        }
    }

    private mutating func lineFeed() {
        wraps = false
        if row == scrollRows.upperBound { scroll(by: 1, in: scrollRows) } else { row = min(rows - 1, row + 1) }
    }

    mutating func move(to column: Int, _ row: Int) {
        wraps = false
        self.column = min(columns - 1, max(0, column))
        self.row = min(rows - 1, max(0, row))
    }

    /// Upwards where positive.
    private mutating func scroll(by count: Int, in range: ClosedRange<Int>) {
        let blank = Array(repeating: " " as Unicode.Scalar, count: columns)
        for _ in 0..<min(abs(count), range.count) {
            cells.remove(at: count > 0 ? range.lowerBound : range.upperBound)
            cells.insert(blank, at: count > 0 ? range.upperBound : range.lowerBound)
        }
    }

    private mutating func insertBlanks(_ count: Int) {
        for _ in 0..<min(count, columns - column) {
            cells[row].removeLast()
            cells[row].insert(" ", at: column)
        }
    }

    private mutating func erase(_ columns: Range<Int>, _ rows: Range<Int>) {
        for row in rows {
            for column in columns.clamped(to: 0..<self.columns) { cells[row][column] = " " }
        }
    }
}

// MARK: - Control sequences

extension VirtualScreen {
    private mutating func obey(_ sequence: EscapeParser.Sequence) {
        let count = sequence.count
        switch sequence.name {
        case "A": move(to: column, row - count)
        case "B": move(to: column, row + count)
        case "C": move(to: column + count, row)
        case "D": move(to: column - count, row)
        case "G", "`": move(to: count - 1, row)
        case "d": move(to: column, count - 1)
        case "H", "f": move(to: sequence.number(1, else: 1) - 1, sequence.number(0, else: 1) - 1)
        case "J": eraseScreen(sequence.number(0, else: 0))
        case "K": eraseLine(sequence.number(0, else: 0))
        case "X": erase(column..<column + count, row..<row + 1)
        case "@": insertBlanks(count)
        case "P":
            cells[row].removeSubrange(column..<min(columns, column + count))
            cells[row] += Array(repeating: " ", count: columns - cells[row].count)
        case "L" where scrollRows.contains(row): scroll(by: -count, in: row...scrollRows.upperBound)
        case "M" where scrollRows.contains(row): scroll(by: count, in: row...scrollRows.upperBound)
        case "S": scroll(by: count, in: scrollRows)
        case "T": scroll(by: -count, in: scrollRows)
        case "b": for _ in 0..<count { put(previous) }
        case "r": setScrollRows(sequence)
        case "h" where sequence.numbers == [4]: inserts = true
        case "l" where sequence.numbers == [4]: inserts = false
        // The cursor's shape on screen and tmux.
        case "h" where sequence.numbers == [34], "l" where sequence.numbers == [34]: break
        case "?h": sequence.numbers.forEach { switchOn($0) }
        case "?l": sequence.numbers.forEach { switchOff($0) }
        case "m": take(style: sequence)
        // The same on the Linux console.
        case "?c": break
        case "n" where sequence.numbers == [5]: statusRequests += 1
        case "?$p" where sequence.description == "?2026$p": synchronizationRequests += 1
        // Of the window's title.
        case "t": break
        default: unknown.append("sequence \(sequence)")
        }
    }

    private mutating func setScrollRows(_ sequence: EscapeParser.Sequence) {
        let (first, last) = (sequence.number(0, else: 1), sequence.number(1, else: rows))
        if 1 <= first, first < last, last <= rows { scrollRows = first - 1...last - 1 }
        move(to: 0, 0)
    }

    private mutating func eraseScreen(_ kind: Int) {
        if kind != 1 { erase(kind == 0 ? column..<columns : 0..<columns, row..<row + 1) }
        if kind == 1 { erase(0..<column + 1, row..<row + 1) }
        if kind != 0 { erase(0..<columns, 0..<row) }
        if kind != 1 { erase(0..<columns, row + 1..<rows) }
    }

    private mutating func eraseLine(_ kind: Int) {
        erase((kind == 0 ? column : 0)..<(kind == 1 ? column + 1 : columns), row..<row + 1)
    }

    private mutating func switchOn(_ mode: Int) {
        if mode == 1049, primary == nil {
            primary = (cells, column, row)
            erase(0..<columns, 0..<rows)
        }
        modes.insert(mode)
    }

    private mutating func switchOff(_ mode: Int) {
        if mode == 1049, let kept = primary {
            cells = kept.cells
            primary = nil
            move(to: kept.column, kept.row)
        }
        if mode == 2026, modes.contains(mode) { heldFrames += 1 }
        modes.remove(mode)
    }

    /// Enough to tell whether any style is in force: 0 ends them all, and the default colours are none.
    private mutating func take(style: EscapeParser.Sequence) {
        styles.insert(style.description)
        if style.numbers.isEmpty || style.numbers.contains(0) { hasStyle = false }
        if style.numbers.contains(where: { ![0, 39, 49].contains($0) }) { hasStyle = true }
        var numbers = style.numbers.isEmpty ? [0] : style.numbers[...]
        while let number = numbers.popFirst() {
            switch number {
            case 0, 49: hasBackground = false
            case 40...48, 100...107: hasBackground = true
            default: break
            }
            // What follows is the color itself: 5 and an index, or 2 and three parts.
            if [38, 48].contains(number) { numbers = numbers.dropFirst(numbers.first == 5 ? 2 : 4) }
        }
    }
}
