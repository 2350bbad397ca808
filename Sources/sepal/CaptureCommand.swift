import ArgumentParser
import Jobs

struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Prints a Python file that captures the layers of a PyTorch network.",
        discussion: """
            sepal capture > sepal_capture.py

            from sepal_capture import capture
            with capture(model, "features", limit=4000) as c:
                for images, labels in loader:
                    c.labels(labels)
                    c.logits(model(images.to(device)))

            sepal explore features
            """)

    func run() throws {
        try reporting {
            try writeToStandardOutput(String(decoding: PackageResources.sepal_capture_py, as: UTF8.self))
        }
    }
}
