// What becomes of an allocation that a limit on the process refuses (ulimit -v, -d). Swift aborts, and oneDNN may go on without: both end
// in a crash dump. So the C library's functions are taken the place of, for all that is linked with this file, by ones that end
// the process with one line instead. Without such a limit Linux refuses nothing but sizes out of all reason, which stay the caller's to deal with.
//
// Sanitizers have functions of their own in that place.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

#if defined(__linux__) && !defined(SANITIZED)
#include <features.h>
#endif

#include "system.h"

static void (*before_end)(void);

void sepal_before_end_without_memory(void (*body)(void)) { before_end = body; }

#ifdef __GLIBC__
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static int is_limited(int resource) {
    struct rlimit limit;
    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

static int is_any_limited(void) { return is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA); }

// Each thread would take 64 MB of what there is for a heap of its own.
__attribute__((constructor)) static void use_few_heaps(void) {
    if (is_any_limited()) mallopt(M_ARENA_MAX, 1);
}

static void say(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

// Nothing here may allocate.
static void *refused(size_t bytes) {
    if (!is_any_limited()) return NULL;
    if (before_end) before_end();
    char digits[24] = {0};
    char *number = digits + sizeof digits - 1;
    do *--number = (char)('0' + bytes % 10);
    while (bytes /= 10);
    say("sepal: out of memory: a limit on the process (ulimit -v, -d) refuses ");
    say(number);
    say(" bytes more; raise it, or use a smaller --limit\n");
    _exit(1);
}

void *malloc(size_t bytes) {
    void *memory = __libc_malloc(bytes);
    return memory ? memory : refused(bytes);
}

void *calloc(size_t count, size_t bytes) {
    void *memory = __libc_calloc(count, bytes);
    return memory ? memory : refused(count * bytes);
}

void *realloc(void *old, size_t bytes) {
    void *memory = __libc_realloc(old, bytes);
    // Of none it frees what was there.
    return memory || bytes == 0 ? memory : refused(bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    void *memory = __libc_memalign(alignment, bytes);
    return memory ? memory : refused(bytes);
}

void *memalign(size_t alignment, size_t bytes) { return aligned_alloc(alignment, bytes); }

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *found = aligned_alloc(alignment, bytes);
    if (!found) return ENOMEM;
    *memory = found;
    return 0;
}
#endif
