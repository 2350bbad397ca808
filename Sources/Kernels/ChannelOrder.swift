import COneDNN

/// How the values of a channels × height × width image stand in memory.
///
/// Channels are cut in blocks. Each block's maps stand together, its channels side by side at every place; block follows block.
public enum ChannelOrder: Sendable {
    /// One block of all channels: height × width × channels.
    case last
    /// Blocks of `width` where they come out even, else of one.
    case blocked

    /// Channels of a block.
    public func block(of channels: Int) -> Int {
        switch self {
        case .last: channels
        case .blocked: channels.isMultiple(of: Self.width) ? Self.width : 1
        }
    }

    /// Channels of a block of several: as many as oneDNN's fastest convolutions on this processor want.
    static let width = Int(sepal_block())
}
