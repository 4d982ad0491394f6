/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - what people read while we work: whole lines on stderr, never on stdout */
#ifndef DOMU_BASE_LOG_H
#define DOMU_BASE_LOG_H

enum log_level { LOG_LEVEL_QUIET, LOG_LEVEL_NORMAL, LOG_LEVEL_VERBOSE, LOG_LEVEL_DEBUG };

void log_set_level(enum log_level level);

/*
 * From now on a line of log_line() that this process, or one that it forks from now on, has written
 * is not written again; what was written before does not count. Without memory lines may repeat.
 * log_once_end(): for a process that is not to be believed.
 */
void log_once_begin(void);
void log_once_end(void);

/*
 * One line "domUloader: ..." in one write(2), so lines of several processes don't mix. But for
 * debugging, only the first of equal lines. Guest's text
 * goes through QUOTE().
 */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_warn(...)	 log_line(LOG_LEVEL_NORMAL, "warning: " __VA_ARGS__) /* -q silences it */
#define log_say(...)	 log_line(LOG_LEVEL_NORMAL, __VA_ARGS__)
#define log_verbose(...) log_line(LOG_LEVEL_VERBOSE, __VA_ARGS__)
#define log_debug(...)	 log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/*
 * A line that is always written, without the prefix: errors, hints, cleanup failures. Returns
 * nothing, loses nothing.
 */
void log_always(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
