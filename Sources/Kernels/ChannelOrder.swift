import COneDNN

/// How the values of a channels × height × width image stand in memory.
///
/// Channels are cut in blocks. Each block's maps stand together, its channels side by side at every place; block follows block.
public enum ChannelOrder: Sendable {
    /// One block of all channels: height × width × channels.
    case last
    /// Blocks of eight where they come out even, else of one.
    case blocked

    /// The one that convolutions are fastest with on this processor, where channels come out even.
    public static let fastest: ChannelOrder = sepal_wants_blocks_of_eight() != 0 ? .blocked : .last

    /// Channels of a block.
    public func block(of channels: Int) -> Int {
        switch self {
        case .last: channels
        case .blocked: channels.isMultiple(of: Self.width) ? Self.width : 1
        }
    }

    /// Channels of a block of several.
    static let width = 8
}
