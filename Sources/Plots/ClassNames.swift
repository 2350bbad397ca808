/// How far the names of classes may be cut where there is little room around a ring.
public enum ClassNames {
    /// The letters shown of each name: all that have room in any case, three, or one.
    public static let lengths = [16, 3, 1]
    /// No more classes' names than this may begin like one that is cut.
    private static let mostBearers = 3

    /// Whether names cut to a length still say of which class they are, or of one of few.
    public static func tellsClasses(_ names: [[Unicode.Scalar]], cutTo length: Int) -> Bool {
        var bearers: [ArraySlice<Unicode.Scalar>: Int] = [:]
        for name in names { bearers[name.prefix(length), default: 0] += 1 }
        return length == lengths[0]
            || names.allSatisfy { $0.count <= length || bearers[$0.prefix(length), default: 0] <= mostBearers }
    }
}
