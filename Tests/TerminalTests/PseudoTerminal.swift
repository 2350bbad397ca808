import Cells
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A terminal without a screen: what is written to the slave can be read here, what is typed here the slave reads.
final class PseudoTerminal {
    let slave: Int32
    private var master: Int32

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        var (master, slave) = (Int32(-1), Int32(-1))
        var window = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &slave, nil, nil, &window) == 0)
        // A process that another test starts must not inherit an end and keep the line up.
        for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (self.master, self.slave) = (master, slave)
    }

    deinit {
        hangUp()
        close(slave)
    }

    func type(_ bytes: [UInt8]) { #expect(write(master, bytes, bytes.count) == bytes.count) }

    func resize(columns: UInt16, rows: UInt16) {
        var window = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(master, UInt(TIOCSWINSZ), &window) == 0)
    }

    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    /// What is at hand of what was written, if anything.
    func take() throws -> [UInt8] {
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 0) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &buffer, buffer.count)
        try #require(count > 0)
        return Array(buffer[..<count])
    }

    /// All that was written since the last call.
    func written() throws -> String { String(decoding: try writtenBytes(), as: UTF8.self) }

    /// The same as bytes. A mark written after it tells where it ends.
    func writtenBytes() throws -> [UInt8] {
        let mark = Array("\u{1}mark\u{2}".utf8)
        try #require(write(slave, mark, mark.count) == mark.count)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !bytes.suffix(mark.count).elementsEqual(mark) {
            try #require(waitUntilReadable(master))
            let count = read(master, &buffer, buffer.count)
            try #require(count > 0)
            bytes += buffer[..<count]
        }
        return Array(bytes.dropLast(mark.count))
    }

    /// The modes, field by field, as structures aren't comparable.
    func modes() throws -> [String] {
        var modes = termios()
        try #require(tcgetattr(slave, &modes) == 0)
        return ["\(modes.c_iflag) \(modes.c_oflag) \(modes.c_cflag) \(modes.c_lflag)", "\(modes.c_cc)"]
    }

    var isCanonical: Bool {
        get throws {
            var modes = termios()
            try #require(tcgetattr(slave, &modes) == 0)
            return modes.c_lflag & tcflag_t(ICANON) != 0
        }
    }
}

/// False only after so long that something must be wrong.
func waitUntilReadable(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 20_000) > 0
}
