extension String {
    /// The text as it may stand in HTML and XML, between tags and in an attribute's quotes; with a `?` for what is not printable,
    /// which XML has no room for and which would turn the text around it. O(count).
    public var markup: String {
        replacingScalars { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: scalar.isUnprintable ? "?" : nil
            }
        }
    }
}
