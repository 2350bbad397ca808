#ifdef __linux__
#define _GNU_SOURCE
#include <sys/mman.h>
#endif

#include "pages.h"

int sepal_move_pages(void *from, size_t bytes, void *to) {
#ifdef __linux__
    if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to) return 1;
    // What was there may be gone all the same.
    return mmap(to, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == to ? 0 : -1;
#else
    return (void)from, (void)bytes, (void)to, 0;
#endif
}
