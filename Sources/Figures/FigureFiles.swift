import Formats
import Foundation

/// What a sheet is written as.
public enum FigureFormat: String, Sendable, CaseIterable {
    case svg, pdf, png
}

extension Sheet {
    /// The sheet as an `svg` element for a page of HTML, as wide as its surroundings.
    ///
    /// - Throws: `drawing`.
    public func inlineSVG() throws(FigureError) -> String { try SVGWriter.inline(self) }
}

/// A figure's file, made but not written yet.
public struct FigureFile: Equatable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    /// Dots of a PNG in an inch.
    public static let dotsPerInch = 300.0

    /// Equal sheets give equal bytes, on a system with the same fonts.
    ///
    /// - Throws: `drawing`.
    public init(_ sheet: Sheet, as format: FigureFormat) throws(FigureError) {
        name = "\(sheet.name).\(format.rawValue)"
        bytes =
            switch format {
            case .svg: try SVGWriter.bytes(sheet)
            case .pdf: try CairoRenderer.pdf(sheet)
            case .png: try CairoRenderer.png(sheet, dotsPerInch: Self.dotsPerInch)
            }
    }

    /// A file of other bytes.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Makes a folder, with those above it, where there is none.
    ///
    /// - Throws: `notWritable`.
    public static func prepare(folder: String) throws(FigureError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .notWritable(path: folder, reason: reason(error))
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw .notWritable(path: folder, reason: "not a folder")
        }
        if access(folder, W_OK | X_OK) != 0 {
            throw .notWritable(path: folder, reason: String(cString: strerror(errno)))
        }
    }

    /// Where it comes to lie.
    public func path(in folder: String) -> String { (folder.hasSuffix("/") ? folder : folder + "/") + name }

    /// Writes the file so that it is whole or not there. One of that name is replaced.
    ///
    /// - Returns: The file's path.
    /// - Throws: `notWritable`.
    public func write(to folder: String) throws(FigureError) -> String {
        let path = path(in: folder)
        do {
            try writeFile(bytes, to: path)
        } catch {
            guard case .unwritable(_, let reason) = error else {
                throw .notWritable(path: path, reason: error.description)
            }
            throw .notWritable(path: path, reason: reason)
        }
        return path
    }

    /// What the system says, without Foundation's sentence around it.
    private static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let below = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        if below.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(below.code))) }
        if error.code == CocoaError.fileWriteFileExists.rawValue { return "not a folder" }
        return "no permission, or no room"
    }
}
