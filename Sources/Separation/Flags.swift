/// The flags of one layer.
public struct FlagSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let peak = FlagSet(rawValue: 1)
    public static let pastPeak = FlagSet(rawValue: 2)
    public static let plateau = FlagSet(rawValue: 4)
    public static let decline = FlagSet(rawValue: 8)

    public init(_ flag: Flag) {
        switch flag {
        case .peak: self = .peak
        case .pastPeak: self = .pastPeak
        case .plateau: self = .plateau
        case .decline: self = .decline
        }
    }

    public func contains(_ flag: Flag) -> Bool { contains(FlagSet(flag)) }

    /// The flags one by one, always in the order peak, past-peak, plateau, decline.
    public var flags: [Flag] { Flag.allCases.filter(contains) }
}

extension Flag {
    /// The support below which a flag is drawn hollow.
    public static let firmSupport = 0.8
}
