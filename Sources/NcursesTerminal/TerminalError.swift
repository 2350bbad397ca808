/// What can go wrong with a terminal. Each description is one line: what is wrong, where, what to do.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// A stream, named in the payload, leads to no terminal.
    case notATerminal(stream: String)
    /// Neither the terminal type named nor any simpler one is in terminfo.
    case unknownType(String)
    /// The terminal type named can't place the cursor.
    case cannotPosition(String)
    /// ncurses serves one terminal at a time.
    case alreadyOpen
    /// The terminal was restored before.
    case closed
    /// The other end is gone.
    case hungUp
    /// A call of the system or of ncurses failed; `code` is `errno`, or 0 where the call sets none.
    case failed(call: String, code: Int32)

    public var description: String {
        switch self {
        case .notATerminal(let stream):
            "\(stream) is not a terminal: run it in one, without redirecting \(stream)"
        case .unknownType(let name):
            "the terminal type '\(name)' is not in terminfo, nor is a simpler one: set TERM, or install ncurses-base"
        case .cannotPosition(let name):
            "the terminal type '\(name)' cannot place the cursor: set TERM, for instance to xterm-256color"
        case .alreadyOpen: "the terminal is open already: restore it before opening it again"
        case .closed: "the terminal was given back already: open it again before showing anything"
        case .hungUp: "the terminal is gone: its other end was closed"
        case .failed(let call, let code):
            "the terminal refused \(call)\(code == 0 ? "" : " (error number \(code))"): check TERM and the connection"
        }
    }
}
