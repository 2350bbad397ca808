import Formats
import Formats
import Foundation
import Network
import StateDictionaries
import Testing

@testable import Pruning

/// The script at work: a training of two epochs on a few pictures, and what goes wrong with it.
@Suite(.enabled("needs python3 with torch, numpy and Pillow") { await PythonProcess.hasTorch() })
struct FinetuneRunTests {
    private struct Found: Decodable {
        var codes: [Int]
        var resumed: Bool
        var archived: Bool
        var cached: Bool
        var longer: Bool
        var cosine: Bool
        var rates: [Double]
        var epochs: [Int]
        var tests: [Double?]
        var batches: Bool
        var crops: Bool
        var failures: [String]
    }

    /// A script for pictures of 8×8 in two classes, in a folder with its checkpoint, and what a driver prints.
    private func run(_ check: (URL, Found) throws -> Void) async throws {
        let dictionary = StateDictionary(widths: [4], counts: [1], classes: 2)
        let script = FinetuneScript(
            network: try dictionary.recognized(), shapes: dictionary.shapes, checkpoint: "cut.safetensors",
            mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4])
        try await PythonProcess.inFolder { folder in
            try script.text(name: "tune.py").write(
                to: folder.appending(path: "tune.py"), atomically: true, encoding: .utf8)
            try PythonProcess.safetensors(dictionary.parameters).write(to: folder.appending(path: "cut.safetensors"))
            let result = try await PythonProcess.run(["-c", Self.driver, folder.path])
            try #require(result.code == 0, "\(result.errors)")
            let last = result.output.split(separator: "\n").last ?? ""
            try check(folder, JSONDecoder().decode(Found.self, from: Data(last.utf8)))
        }
    }

    @Test func trainsAndGoesOnAndFailsInOneLine() async throws {
        try await run { folder, found in
            #expect(found.codes == Array(repeating: 0, count: 10))
            #expect(found.resumed, "stopped and resumed, it must come to the same weights")
            #expect(found.archived, "an archive of the folder must train the same")
            #expect(found.cached, "the cache must train the same")
            #expect(found.longer, "at a constant rate, epochs can be added")
            #expect(found.cosine, "another schedule must train otherwise, and go on alike")
            #expect(found.rates == [0.01, 0.005, 0.0025, 0.01], "by half a cosine from --lr to 0, or as it is")
            #expect(found.epochs == [0, 1, 2])
            #expect(found.tests.count == 3)
            #expect(found.tests.allSatisfy { $0.map((0...100).contains) ?? false })
            #expect(found.batches, "CIFAR batches of both kinds must hold the same images")
            #expect(found.crops, "augmentation must shift and mirror, and nothing else")
            #expect(found.failures == Self.failures)

            let bytes = try readFile(folder.appending(path: "straight.pth").path)
            let state = try readStateDict(bytes: bytes, file: "straight.pth")
            #expect(
                Set(state.names) == Set(StateDictionary(widths: [4], counts: [1], classes: 2).parameters.map(\.name)))
        }
    }

    private static let failures = [
        "tune.py: nowhere: there is no such file or folder",
        "tune.py: three: holds 3 class folders; the network has 2 classes",
        "tune.py: large/a/0.png: is of 9x8 pixels; the network takes 8x8",
        "tune.py: junk.jpg/a/0.jpg: cannot be decoded (cannot identify image file 'junk.jpg/a/0.jpg')",
        "tune.py: tune.py: is neither a CIFAR batch nor an archive of pictures",
        "tune.py: short.tar: holds pictures in 1 class folders; the network has 2 classes",
        "tune.py: straight.pth: was trained with another recipe (--lr was 0.01, now 0.5); name another output, or --fresh",
        "tune.py: straight.pth: was trained on 12 images, these are 10; name another output, or --fresh",
        "tune.py: cut.pth: was not written by this script; name another output, or --fresh to write over it",
        "tune.py: none.pth: there is no such file",
        "tune.py: odd.pth: is no checkpoint of this network: 17 missing (conv1.weight, bn1.weight, bn1.bias, ...), "
            + "1 left over (odd)",
        "tune.py: more.pth: holds more than tensors (numpy._core.multiarray.scalar); save the bare state dict",
        "tune.py: epoch 1: the loss is no longer a number; try a smaller --lr with another output",
        "tune.py: evil: cannot be read as a CIFAR batch (it asks for posix.system)",
    ]

    private static let driver = #"""
        import contextlib, io, json, os, pickle, re, shutil, sys, tarfile
        os.chdir(sys.argv[1])
        sys.path.insert(0, sys.argv[1])
        import numpy as np, torch
        from PIL import Image
        import tune

        def picture(path, size=(8, 8)):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Image.fromarray(random.integers(0, 256, (*size, 3), np.uint8)).save(path)

        def weights(path):
            return torch.load(path, weights_only=True)["state_dict"]

        def same(a, b):
            return all(torch.equal(value, weights(b)[key]) for key, value in weights(a).items())

        random = np.random.default_rng(1)
        for index in range(12):
            picture(f"images/{'ab'[index % 2]}/{index:02}.png")
        for index in range(10):
            picture(f"fewer/{'ab'[index % 2]}/{index:02}.png")
        for name in "abc":
            picture(f"three/{name}/0.png")
        picture("large/a/0.png", (9, 8))
        picture("large/b/0.png")
        with tarfile.open("images.tar.xz", "w:xz") as archive:
            archive.add("images", ".")
        with tarfile.open("short.tar", "w") as archive:
            archive.add("images/a")
        for name in "ab":
            os.makedirs(f"junk.jpg/{name}")
            open(f"junk.jpg/{name}/0.jpg", "w").write("no picture")
        torch.save(dict(tune.load("cut.safetensors")), "cut.pth")
        torch.save({"odd": torch.zeros(1)}, "odd.pth")
        torch.save({"state_dict": {}, "best": np.float64(1)}, "more.pth")

        small = ["--batch", "5", "--threads", "1", "--checkpoint", "cut.pth"]
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            codes = [tune.main(words.split() + small) for words in (
                "--data images --test images --epochs 2 -o straight.pth",
                "--data images --test images --epochs 2 -o resumed.pth --stop-after 0.0000001",
                "--data images --test images --epochs 2 -o resumed.pth",
                "--data images.tar.xz --epochs 2 -o archived.pth --cache images.npz",
                "--data images.tar.xz --epochs 2 -o cached.pth --cache images.npz",
                "--data images.tar.xz --epochs 1 -o longer.pth", "--data images.tar.xz --epochs 2 -o longer.pth",
                "--data images --epochs 2 -o cosine.pth --schedule cosine",
                "--data images --epochs 2 -o waves.pth --schedule cosine --stop-after 0.0000001",
                "--data images --epochs 2 -o waves.pth --schedule cosine")]
        falling = tune.arguments(["--data", "images", "--epochs", "3", "--schedule", "cosine", *small])
        constant = tune.arguments(["--data", "images", "--epochs", "3", *small])
        rates = [round(rate, 9) for rate in (*(tune.learning_rate(falling, passes) for passes in (0, 1.5, 2)),
                                             tune.learning_rate(constant, 2.5))]
        history = torch.load("straight.pth", weights_only=True)["history"]

        tune.SHAPE = (3, 32, 32)
        planes = random.integers(0, 256, (4, 3072), np.uint8)
        os.makedirs("cifar")
        labels = np.array([[0], [1], [1], [0]], np.uint8)
        np.concatenate([labels, planes], 1).tofile("cifar/data_batch_1.bin")
        with open("python", "wb") as file:
            pickle.dump({b"data": planes, b"labels": labels[:, 0].tolist()}, file, protocol=2)
        a, b = tune.read_images("cifar", True), tune.read_images("python", True)
        batches = (torch.equal(a.pixels, b.pixels) and a.labels.tolist() == b.labels.tolist() == [0, 1, 1, 0]
                   and a.pixels[2, 5, 7].tolist() == [planes[2, c * 1024 + 5 * 32 + 7] for c in range(3)])
        tune.SHAPE = (3, 8, 8)

        class Evil:
            def __reduce__(self):
                return os.system, ("true",)

        with open("evil", "wb") as file:
            pickle.dump(Evil(), file)

        pixels = torch.from_numpy(random.integers(1, 256, (64, 8, 8, 3), np.uint8))
        made = tune.augmented(pixels, torch.Generator().manual_seed(3))
        padded = torch.nn.functional.pad(pixels, (0, 0, 4, 4, 4, 4))
        places = []
        for image, room in zip(made, padded):
            places.append([(y, x, turned) for y in range(9) for x in range(9) for turned in (0, 1)
                           if torch.equal(image.flip(1) if turned else image, room[y:y + 8, x:x + 8])])
        crops = (all(len(found) == 1 for found in places)
                 and all(len({found[0][axis] for found in places}) > 1 for axis in range(3)))

        failures = []
        for words in ("--data nowhere -o new.pth", "--data three -o new.pth", "--data large -o new.pth",
                      "--data junk.jpg -o new.pth", "--data tune.py -o new.pth", "--data short.tar -o new.pth",
                      "--data images --lr 0.5 -o straight.pth", "--data fewer -o straight.pth",
                      "--data images -o cut.pth --checkpoint none.pth", "--data images -o new.pth --checkpoint none.pth",
                      "--data images -o new.pth --checkpoint odd.pth",
                      "--data images -o new.pth --checkpoint more.pth", "--data images -o new.pth --lr 1e30 --epochs 9",
                      "--data evil -o new.pth"):
            written = io.StringIO()
            words = words.split() + (small[:4] if "--checkpoint" in words else small)
            with contextlib.redirect_stderr(written), contextlib.redirect_stdout(io.StringIO()):
                code = tune.main(words)
            text = written.getvalue().replace("numpy.core", "numpy._core")
            lines = text.splitlines()
            failures.append(lines[0] if code == 1 and len(lines) == 1 else f"code {code}: {text}")
        print(json.dumps({
            "codes": codes, "resumed": same("straight.pth", "resumed.pth"), "archived": same("straight.pth", "archived.pth"),
            "cached": same("straight.pth", "cached.pth"), "longer": same("straight.pth", "longer.pth"),
            "cosine": same("cosine.pth", "waves.pth") and not same("straight.pth", "cosine.pth"),
            "rates": rates, "epochs": [entry["epoch"] for entry in history],
            "tests": [entry["test"] for entry in history], "batches": batches, "crops": crops, "failures": failures}))
        """#
}
