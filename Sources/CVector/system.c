#ifdef __linux__
#define _GNU_SOURCE
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#endif
#include <pthread.h>

#include "system.h"

int sepal_move_pages(void *from, size_t bytes, void *to) {
#ifdef __linux__
    if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to) return 1;
    // What was there may be gone all the same.
    return mmap(to, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == to ? 0 : -1;
#else
    return (void)from, (void)bytes, (void)to, 0;
#endif
}

int sepal_is_in_memory(const char *path) {
#ifdef __linux__
    struct statfs system;
    return statfs(path, &system) == 0 && (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
#else
    return (void)path, 0;
#endif
}

void sepal_name_thread(const char *name) {
#ifdef __linux__
    pthread_setname_np(pthread_self(), name);
#else
    pthread_setname_np(name);
#endif
}
