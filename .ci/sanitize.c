// Tells the thread sanitizer what Swift's Mutex does where threads meet: its slow paths are in a library that is built
// without the sanitizer, so that it takes what they guard for unguarded. The fast ones are compiled into their callers.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOW_LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define SLOW_UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *);
void __tsan_release(void *);

SWIFT void slow_lock(uint32_t thread, SELF void *mutex) __asm__(SLOW_LOCK);
SWIFT void slow_unlock(SELF void *mutex) __asm__(SLOW_UNLOCK);

SWIFT void slow_lock(uint32_t thread, SELF void *mutex) {
    static SWIFT void (*own)(uint32_t, SELF void *);
    if (!own) own = (SWIFT void (*)(uint32_t, SELF void *))dlsym(RTLD_NEXT, SLOW_LOCK);
    own(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void slow_unlock(SELF void *mutex) {
    static SWIFT void (*own)(SELF void *);
    if (!own) own = (SWIFT void (*)(SELF void *))dlsym(RTLD_NEXT, SLOW_UNLOCK);
    __tsan_release(mutex);
    own(mutex);
}

// A process may end in the midst of a deinit, for which Swift has the sanitizer look away: it would take that for an error.
void _exit(int status) {
    for (;;) syscall(SYS_exit_group, status);
}
