import Formats
import Testing

@testable import Datasets

@Suite struct CIFARFilesTests {
    private let batch = PickledBatch.all[0].bytes

    @Test func readsAPythonBatch() throws {
        let set = try ImageSet(bytes: batch, source: "test_batch")
        #expect(set.extents == [2, 3, 32, 32])
        #expect(set.labels == [3, 8])
        #expect(set.classNames[8] == "ship")
        #expect(set.pixels == PickledBatch.pixels)
    }

    @Test func readsAFolderOfPythonBatches() throws {
        var files = [
            "cifar-10-batches-py/data_batch_1": PickledBatch.all[1].bytes,
            "cifar-10-batches-py/data_batch_2": PickledBatch.all[2].bytes,
            "cifar-10-batches-py/test_batch": batch, "cifar-10-batches-py/batches.meta": PickledBatch.meta,
            "cifar-10-batches-py/readme.html": [1],
        ]
        try withFolder(files) { folder in
            for path in [folder, folder + "/cifar-10-batches-py", folder + "/cifar-10-batches-py/test_batch"] {
                let set = try ImageSet.load(path: path)
                #expect(set.source == "test_batch")
                #expect(set.classNames == CIFAR.classNames10)
                #expect(set.hash == (try ImageSet(bytes: batch, source: "x").hash))
            }
            #expect(try ImageSet.load(path: folder).notes == ["used test_batch, not the training batches beside it"])
        }
        files["cifar-10-batches-py/test_batch"] = nil
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.labels == [3, 8, 3, 8])
            #expect(set.source == "data_batch_1 and 1 more")
        }
    }

    @Test func holdsTheNamesToTheLabels() throws {
        let meta: [UInt8] = [0x80, 2, 0x7D, 0x58, 11, 0, 0, 0] + Array("label_names".utf8) + [0x5D, 0x73, 0x2E]
        try withFolder(["test_batch": batch, "batches.meta": meta]) { folder in
            #expect(throws: DatasetError.classNames(file: "batches.meta", names: 0, classes: 10)) {
                try ImageSet.load(path: folder)
            }
        }
    }

    @Test func refusesSeveralSetsInside() throws {
        let files = [
            "cifar-10-batches-py/test_batch": batch, "cifar-10-batches-bin/test_batch.bin": cifarRecords([1, 2]),
        ]
        try withFolder(files) { folder in
            let several = DatasetError.severalSets(
                folder: folder, found: ["cifar-10-batches-bin", "cifar-10-batches-py"])
            #expect(throws: several) { try ImageSet.load(path: folder) }
        }
    }
}
