/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - messages on stderr, a line each */
#ifndef DOMU_BASE_LOG_H
#define DOMU_BASE_LOG_H

enum log_level { LOG_LEVEL_QUIET, LOG_LEVEL_NORMAL, LOG_LEVEL_VERBOSE, LOG_LEVEL_DEBUG };

/* Set the highest level that is printed. */
void log_set_level(enum log_level level);

/*
 * From now on print each line of log_line() once, in this process and those that it forks later.
 * Lines that were printed before do not count. Without memory, lines may repeat.
 * log_once_end(): for a process that is not trusted.
 */
void log_once_begin(void);
void log_once_end(void);

/*
 * Print "domUloader: ..." with one write(2), so that lines of several processes don't mix. Equal
 * lines are printed once, except at LOG_LEVEL_DEBUG. The guest's text goes through QUOTE().
 */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_warn(...)	 log_line(LOG_LEVEL_NORMAL, "warning: " __VA_ARGS__) /* not with -q */
#define log_say(...)	 log_line(LOG_LEVEL_NORMAL, __VA_ARGS__)
#define log_verbose(...) log_line(LOG_LEVEL_VERBOSE, __VA_ARGS__)
#define log_debug(...)	 log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Print a line at any level and without prefix: errors, hints, cleanup failures. */
void log_always(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
