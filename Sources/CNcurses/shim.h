#ifndef SEPAL_CNCURSES_SHIM_H
#define SEPAL_CNCURSES_SHIM_H

// Swift imports neither the cast macros (A_*, KEY_F) nor, under strict concurrency, the raw globals; these stand in.
// term.h is kept out, for its macros take everyday words such as `lines` and `columns`: what is needed is declared.

#define NCURSES_WIDECHAR 1
#define NCURSES_ENABLE_STDBOOL_H 1

#include <stdio.h>
#include <string.h>
#include <curses.h>
#include <wchar.h>
#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

struct term;
extern int setupterm(const char *name, int descriptor, int *problem);
extern struct term *set_curterm(struct term *type);
extern int del_curterm(struct term *type);
extern int wcwidth(wchar_t scalar);

static inline WINDOW *sepal_stdscr(void) { return stdscr; }
static inline WINDOW *sepal_curscr(void) { return curscr; }
static inline int sepal_colors(void) { return COLORS; }
static inline int sepal_color_pairs(void) { return COLOR_PAIRS; }
static inline int sepal_key_function(int number) { return KEY_F(number); }

static inline attr_t sepal_bold(void) { return A_BOLD; }
static inline attr_t sepal_dim(void) { return A_DIM; }
static inline attr_t sepal_underline(void) { return A_UNDERLINE; }
static inline attr_t sepal_reverse(void) { return A_REVERSE; }
static inline attr_t sepal_italic(void) {
#ifdef A_ITALIC
    return A_ITALIC;
#else
    return 0;
#endif
}

// What a mouse is to report: presses of the left button, and the wheel, which counts as buttons 4 and 5.
static inline mmask_t sepal_mouse_mask(void) { return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED; }

// Takes an event of the mouse: button 1, 4 or 5 and the cell; 0 where there is none, -1 for one of no interest.
static inline int sepal_mouse_event(int *column, int *row) {
    MEVENT event;
    if (getmouse(&event) != OK) return 0;
    *column = event.x;
    *row = event.y;
    if (event.bstate & BUTTON1_PRESSED) return 1;
    if (event.bstate & BUTTON4_PRESSED) return 4;
    return event.bstate & BUTTON5_PRESSED ? 5 : -1;
}

// A string capability of the open terminal; NULL where it has none, or one of another type, which ncurses marks by -1.
static inline const char *sepal_capability(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

// A file that no other process sees, in memory where the system has such files; -1 where none can be had.
static inline int sepal_memory_file(void) {
#ifdef __linux__
    return (int)syscall(SYS_memfd_create, "sepal frame", 1U /* MFD_CLOEXEC */);
#else
    FILE *file = tmpfile();
    if (!file) return -1;
    int descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    fclose(file);
    return descriptor;
#endif
}

// What terminfo says of a terminal type.
struct sepal_type {
    bool exists;
    bool can_position;
    bool is_direct;
    // Reports its status when asked: one that has the cursor's report and a mouse is of xterm's kin.
    bool answers;
    int colors;
};

// Looks a terminal type up without opening a screen. Not while a screen is open.
static inline struct sepal_type sepal_look_up(const char *name, int descriptor) {
    struct sepal_type found = {false, false, false, false, 0};
    int problem = 0;
    if (setupterm(name, descriptor, &problem) != OK) return found;
    found.exists = true;
    found.can_position = sepal_capability("cup") != NULL;
    found.colors = tigetnum("colors");
    // RGB may be a flag, a number of bits or a string of three.
    found.is_direct = tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || sepal_capability("RGB") != NULL;
    const char *report = sepal_capability("u7");
    found.answers = report && strcmp(report, "\033[6n") == 0 && sepal_capability("kmous") != NULL;
    del_curterm(set_curterm(NULL));
    return found;
}

#endif
