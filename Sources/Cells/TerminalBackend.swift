/// A key as the explorer understands it.
public enum Key: Hashable, Sendable {
    case character(Character)
    case left, right, up, down, home, end, pageUp, pageDown
    case tab, backTab, enter, escape, backspace, delete, insert
    case function(Int)
    case control(Character)
}

/// What the mouse did on a cell; column and row count from 0.
public struct MouseEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The left button went down.
        case press
        case wheelUp, wheelDown
    }

    public var kind: Kind
    public var column: Int
    public var row: Int

    public init(_ kind: Kind, column: Int, row: Int) {
        self.kind = kind
        self.column = column
        self.row = row
    }
}

/// What a terminal reports.
public enum TerminalEvent: Hashable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text that was pasted and not typed: its characters, without controls, and not all of a long one.
    case paste(String)
    case resized(Size)
    /// The other end is gone: leave without a word.
    case hangUp
    /// SIGINT, as from Ctrl-C: leave.
    case interrupt
    /// SIGTERM, or another signal that ends a program: leave.
    case terminate
}

/// How many colours a terminal shows.
public enum ColorDepth: String, Sendable, CaseIterable {
    case never, ansi16 = "16", ansi256 = "256", truecolor
}

/// A screen that cells can be shown on and keys read from. ncurses is one; a test's recorder another.
public protocol TerminalBackend: AnyObject {
    var size: Size { get }
    var colorDepth: ColorDepth { get }
    /// Shows a buffer; only what differs from the one before is sent.
    func present(_ buffer: CellBuffer) throws
    /// All events at hand, without waiting.
    func pendingEvents() throws -> [TerminalEvent]
    /// Gives the terminal back as it was found. Safe to call again.
    func restore()
}
