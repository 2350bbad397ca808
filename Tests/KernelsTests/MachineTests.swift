import Testing

@testable import Kernels

/// What a container and limits leave of the machine, from what the system says in its files.
@Suite struct MachineTests {
    private func group(_ membership: String, _ files: [String: String]) -> ControlGroup {
        ControlGroup(membership: membership, read: { files[$0] })
    }

    @Test func theSecondVersionOfControlGroups() {
        let files = [
            "/jobs/mine/memory.max": "max\n", "/jobs/mine/memory.high": "3000000\n", "/jobs/memory.max": "2000000\n",
            "/jobs/mine/cpu.max": "150000 100000\n", "/jobs/cpu.max": "max 100000\n",
        ]
        // A group that this one lies in may be the tighter.
        let found = group("0::/jobs/mine\n", files)
        #expect(found.memory == 2_000_000 && found.processors == 1.5)
        // In a container the path is one that is known outside; its root is the container's own group.
        #expect(group("0::/docker/0123\n", ["/memory.max": "5000\n"]).memory == 5000)
        #expect(group("0::/\n", ["/unified/memory.high": "7000\n"]).memory == 7000)
    }

    @Test func theFirstVersionOfControlGroups() {
        let membership = "5:cpu,cpuacct:/a\n4:memory:/a\n1:name=systemd:/a\n0::/\n"
        let files = [
            "/memory/a/memory.limit_in_bytes": "4000000\n", "/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/cpu/a/cpu.cfs_quota_us": "-1\n", "/cpu/a/cpu.cfs_period_us": "100000\n",
        ]
        #expect(group(membership, files).memory == 4_000_000 && group(membership, files).processors == nil)
        let limited = files.merging(["/cpu/a/cpu.cfs_quota_us": "250000\n"]) { $1 }
        #expect(group(membership, limited).processors == 2.5)
    }

    @Test(
        arguments: ["", "nonsense", "0::", "0::/\n::\n", "4:memory:/a\n"], ["", "max", "-5", "0", "1 2 3", "x 100000"])
    func whatSaysNothingLimitsNothing(membership: String, text: String) {
        let found = ControlGroup(membership: membership) { _ in text }
        #expect(found.processors == nil && (found.memory == nil || text == "1 2 3"))
    }

    @Test func limitsOnTheProcess() {
        let status = "Name:\tsepal\nVmPeak:\t  20000 kB\nVmSize:\t    3000 kB\nVmData:\t 1000 kB\n"
        #expect(Machine.room(addressSpace: nil, data: nil, status: status) == .max)
        #expect(Machine.room(addressSpace: 5_000_000, data: nil, status: status) == 5_000_000 - 3000 * 1024)
        #expect(Machine.room(addressSpace: 5_000_000, data: 1_500_000, status: status) == 1_500_000 - 1000 * 1024)
        #expect(Machine.room(addressSpace: 1000, data: nil, status: status) == 0)
    }

    @Test func whatTheSystemSaysOfAProcess() {
        let status = ProcessStatus("Name:\tsepal\nVmHWM:\t  13736 kB\nVmRSS:\tmuch kB\nVmSwap:\t1 MB\n")
        #expect(status["VmHWM"] == 14_065_664)
        #expect(status["VmRSS"] == nil && status["VmSwap"] == nil && status["VmData"] == nil)
    }

    @Test func thisMachine() {
        #expect(Machine.memory > 0 && Machine.processors > 0)
    }

    @Test func scratchFilesGoToADisk() {
        let folders = ["/tmp", "/var/tmp"]
        #expect(ScratchFolder.choose(among: folders) { _ in true } == "/tmp")
        #expect(ScratchFolder.choose(among: folders) { $0 != "/tmp" } == "/var/tmp")
        // Nowhere else to go: said in a note.
        #expect(ScratchFolder.choose(among: folders) { _ in false } == "/tmp")
        #if os(Linux)
            #expect(ScratchFolder.isInMemory("/dev/shm") && !ScratchFolder.isInMemory("/proc"))
            #expect(ActivationStore(budget: 5 << 20, folder: "/dev/shm").overflowNote.contains("TMPDIR"))
        #endif
    }
}
