import Analysis
import Foundation
import Separation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a report is printed as.
package enum ReportFormat {
    case text, json, csv
}

/// Prints a run on standard output; text is as wide as the terminal, 80 columns where there is none.
package func printReport(_ header: RunHeader, _ results: [LayerResult?], format: ReportFormat) throws {
    let report = Report(header: header, results: results)
    switch format {
    case .json: try writeToStandardOutput(document: report.json() + "\n")
    case .csv: try writeToStandardOutput(document: report.csv())
    case .text: try writeToStandardOutput(report.text(width: outputColumns, ascii: !outputIsUnicode))
    }
}

/// Columns of the terminal on standard output, 80 elsewhere.
package var outputColumns: Int {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
        return 80
    }
    return Int(size.ws_col)
}

/// Rows of the terminal that standard output is; nil where it is none.
package var outputRows: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else {
        return nil
    }
    return Int(size.ws_row)
}

/// Whether the locale's encoding takes more than ASCII.
package var outputIsUnicode: Bool {
    setlocale(LC_CTYPE, "")
    return String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8"
}
