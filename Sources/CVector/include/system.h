#ifndef SEPAL_SYSTEM_H
#define SEPAL_SYSTEM_H

#include <stddef.h>

// What Swift doesn't see of the system: functions that only GNU sources have, or with a variable number of arguments.

/// Moves `bytes` of private mapped pages from one address to another, in place of what is mapped there; nothing is mapped any more
/// where they were. All are multiples of a page. Returns 1; 0 where this system can't, and new pages are there instead; -1 and
/// `errno` where nothing is.
int sepal_move_pages(void *_Nonnull from, size_t bytes, void *_Nonnull to);

/// Whether what is in a folder stands in memory: tmpfs, as Debian 13 has on /tmp, or ramfs. 0 where the system doesn't say.
int sepal_is_in_memory(const char *_Nonnull path);

/// Names the calling thread, for debuggers; up to fifteen characters.
void sepal_name_thread(const char *_Nonnull name);

/// Has `body` called before a limit on memory ends the process, as to give the terminal back; it must not allocate.
void sepal_before_end_without_memory(void (*_Nullable body)(void));

#endif
