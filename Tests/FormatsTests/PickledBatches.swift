import Foundation
import Testing

/// CIFAR batches of two images, labels 3 and 8, as Pythons write them: `data` is 2×3072 bytes, the i-th of which is
/// (7i + 11⌊i/3072⌋) mod 128. The pickles stand here without them.
struct PickledBatch: CustomTestStringConvertible, Sendable {
    let testDescription: String
    private let head: String
    private let tail: String
    private var isFortran = false

    /// In the order of the images.
    static let pixels: [UInt8] = (0..<6144).map { (index: Int) -> UInt8 in
        let value = index * 7 + index / 3072 * 11
        return UInt8(value % 128)
    }

    var bytes: [UInt8] {
        let turned = Self.pixels.indices.map { (place: Int) -> UInt8 in Self.pixels[place % 2 * 3072 + place / 2] }
        let pixels = isFortran ? turned : Self.pixels
        return [UInt8](Data(base64Encoded: head) ?? Data()) + pixels + [UInt8](Data(base64Encoded: tail) ?? Data())
    }

    private init(_ name: String, _ head: String, _ tail: String, isFortran: Bool = false) {
        (testDescription, self.head, self.tail, self.isFortran) = (name, head.joinedLines, tail.joinedLines, isFortran)
    }

    static let all = [
        PickledBatch(
            "Python 2",
            """
            gAJ9cQEoVQtiYXRjaF9sYWJlbHECVRR0ZXN0aW5nIGJhdGNoIDEgb2YgMXEDVQZsYWJlbHNxBF1xBShLA0sIZVUEZGF0YXEGY251bXB5LmNv
            cmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQdjbnVtcHkKbmRhcnJheQpxCEsAhVUBYodScQkoSwFLAk0ADIZjbnVtcHkKZHR5cGUKcQpV
            AnUxSwBLAYdScQsoSwNVAXxOTk5K/////0r/////SwB0YolUABgAAA==
            """,
            """
            dGJVCWZpbGVuYW1lc3EMXXENKFUFYS5wbmdVBWIucG5nZXUu
            """),
        PickledBatch(
            "Python 3, protocol 2",
            """
            gAJ9cQAoWAsAAABiYXRjaF9sYWJlbHEBWAEAAAB4cQJYBgAAAGxhYmVsc3EDXXEEKEsDSwhlWAQAAABkYXRhcQVjbnVtcHkuX2NvcmUubXVs
            dGlhcnJheQpfcmVjb25zdHJ1Y3QKcQZjbnVtcHkKbmRhcnJheQpxB0sAhXEIY19jb2RlY3MKZW5jb2RlCnEJWAEAAABicQpYBgAAAGxhdGlu
            MXELhnEMUnENh3EOUnEPKEsBSwJNAAyGcRBjbnVtcHkKZHR5cGUKcRFYAgAAAHUxcRKJiIdxE1JxFChLA1gBAAAAfHEVTk5OSv////9K////
            /0sAdHEWYoloCVgAGAAA
            """,
            """
            cRdoC4ZxGFJxGXRxGmJYCQAAAGZpbGVuYW1lc3EbXXEcKFgBAAAAYXEdWAEAAABicR5ldS4=
            """),
        PickledBatch(
            "Python 3, protocol 3",
            """
            gAN9cQAoWAsAAABiYXRjaF9sYWJlbHEBWAEAAAB4cQJYBgAAAGxhYmVsc3EDXXEEKEsDSwhlWAQAAABkYXRhcQVjbnVtcHkuX2NvcmUubXVs
            dGlhcnJheQpfcmVjb25zdHJ1Y3QKcQZjbnVtcHkKbmRhcnJheQpxB0sAhXEIQwFicQmHcQpScQsoSwFLAk0ADIZxDGNudW1weQpkdHlwZQpx
            DVgCAAAAdTFxDomIh3EPUnEQKEsDWAEAAAB8cRFOTk5K/////0r/////SwB0cRJiiUIAGAAA
            """,
            """
            cRN0cRRiWAkAAABmaWxlbmFtZXNxFV1xFihYAQAAAGFxF1gBAAAAYnEYZXUu
            """),
        PickledBatch(
            "Python 3, protocol 4",
            """
            gASV1RgAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwBeJSMBmxhYmVsc5RdlChLA0sIZYwEZGF0YZSMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmU
            jAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsCTQAMhpRoCYwFZHR5cGWUk5SMAnUxlImIh5RS
            lChLA4wBfJROTk5K/////0r/////SwB0lGKJQgAYAAA=
            """,
            """
            lHSUYowJZmlsZW5hbWVzlF2UKIwBYZSMAWKUZXUu
            """),
        PickledBatch(
            "Python 3, protocol 5",
            """
            gAWVvRgAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwBeJSMBmxhYmVsc5RdlChLA0sIZYwEZGF0YZSME251bXB5Ll9jb3JlLm51bWVyaWOUjAtf
            ZnJvbWJ1ZmZlcpSTlCiWABgAAAAAAAA=
            """,
            """
            lIwFbnVtcHmUjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYksCTQAMhpSMAUOUdJRSlIwJZmlsZW5hbWVz
            lF2UKIwBYZSMAWKUZXUu
            """),
        PickledBatch(
            "bytes for keys, an array of labels",
            """
            gASV9RgAAAAAAAB9lChDBmxhYmVsc5SMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJh
            eZSTlEsAhZRDAWKUh5RSlChLAUsChZRoBYwFZHR5cGWUk5SMAmk4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKJQxADAAAAAAAA
            AAgAAAAAAAAAlHSUYkMEZGF0YZRoBGgHSwCFlGgJh5RSlChLAUsCTQAMhpRoDowCdTGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSU
            YolCABgAAA==
            """,
            """
            lHSUYnUu
            """),
        PickledBatch(
            "N×3×32×32",
            """
            gASVrxgAAAAAAAB9lCiMBmxhYmVsc5RdlChLA0sIZYwEZGF0YZSMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SM
            BW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAShLAksDSyBLIHSUaAeMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv//
            //9K/////0sAdJRiiUIAGAAA
            """,
            """
            lHSUYnUu
            """),
        PickledBatch(
            "in Fortran's order",
            """
            gAN9cQAoWAYAAABsYWJlbHNxAV1xAihLA0sIZVgEAAAAZGF0YXEDY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEEY251
            bXB5Cm5kYXJyYXkKcQVLAIVxBkMBYnEHh3EIUnEJKEsBSwJNAAyGcQpjbnVtcHkKZHR5cGUKcQtYAgAAAHUxcQyJiIdxDVJxDihLA1gBAAAA
            fHEPTk5OSv////9K/////0sAdHEQYohCABgAAA==
            """,
            """
            cRF0cRJidS4=
            """, isFortran: true),
    ]

    /// `batches.meta`, with CIFAR-10's names.
    static let meta = [UInt8](
        Data(
            base64Encoded: """
                gAJ9cQAoWAsAAABsYWJlbF9uYW1lc3EBXXECKFgIAAAAYWlycGxhbmVxA1gKAAAAYXV0b21vYmlsZXEEWAQAAABiaXJkcQVYAwAA
                AGNhdHEGWAQAAABkZWVycQdYAwAAAGRvZ3EIWAQAAABmcm9ncQlYBQAAAGhvcnNlcQpYBAAAAHNoaXBxC1gFAAAAdHJ1Y2txDGVY
                BwAAAG51bV92aXNxDU0ADHUu
                """.joinedLines) ?? Data())
}

extension String {
    fileprivate var joinedLines: String { split(whereSeparator: \.isNewline).joined() }
}
