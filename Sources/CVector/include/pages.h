#ifndef SEPAL_PAGES_H
#define SEPAL_PAGES_H

#include <stddef.h>

/// Moves `bytes` of private mapped pages from one address to another, in place of what is mapped there; nothing is mapped any more
/// where they were. All are multiples of a page. Returns 1; 0 where this system can't, and new pages are there instead; -1 and
/// `errno` where nothing is.
///
/// In C because Linux's mremap takes a variable number of arguments.
int sepal_move_pages(void *_Nonnull from, size_t bytes, void *_Nonnull to);

#endif
