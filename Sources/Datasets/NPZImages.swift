import Formats
import Tensors

/// The arrays of an npz: images and labels under one of the usual pairs of names and, where present, `classes`, their names.
enum NPZImages {
    /// As numpy.savez writes them for sepal, and as Keras and MedMNIST do; a test set before the training set.
    private static let pairs = [
        ("images", "labels"), ("x_test", "y_test"), ("X_test", "y_test"), ("test_images", "test_labels"), ("x", "y"),
        ("X", "y"), ("data", "labels"), ("x_train", "y_train"), ("X_train", "y_train"),
        ("train_images", "train_labels"),
    ]

    static func read(_ bytes: [UInt8], _ file: String, _ limits: Limits) throws -> ArrayImages {
        let (_, present) = try readNPZ(bytes: bytes, file: file, wanted: [], limits: limits)
        let (images, labels) = pairs.first { present.contains($0.0) && present.contains($0.1) } ?? pairs[0]
        let (arrays, names) = try readNPZ(
            bytes: bytes, file: file, wanted: [images, labels, "classes"], limits: limits)
        func named(_ name: String, _ expected: String) throws -> ArrayImages.Named {
            switch arrays[name] {
            case .tensor(let tensor)?: return ArrayImages.Named(file: file, name: name, tensor: tensor)
            case .strings?: throw DatasetError.elementType(file: file, array: name, found: "text", expected: expected)
            case nil: throw DatasetError.missingArray(file: file, name: name, found: names)
            }
        }
        var classes: [String]?
        if case .strings(let strings)? = arrays["classes"] { classes = strings }
        return try ArrayImages(
            images: try named(images, "uint8"), labels: try named(labels, "whole numbers"), names: classes)
    }
}
