/* SPDX-License-Identifier: GPL-2.0-or-later */
/* step - wrapper for every foreign call: name, return convention, error context and fault point */
#ifndef DOMU_BASE_STEP_H
#define DOMU_BASE_STEP_H

#include <errno.h>

#include "base/err.h"
#include "base/fault.h"

/*
 * Call something outside our code: with a name, an error context and a fault point.
 * STEP():      @expr is a libc call or ioctl, which fails with < 0 and errno
 * STEP_OURS(): @expr fails with a negative errno
 * @nm: a literal, unique in the program, with a phrase in base/hint_phrases.c
 * Returns: >= 0; or the negative errno with *@e set to (errno, name, subject)
 */
#define STEP(e, nm, subj, expr)                                                                    \
	__extension__({                                                                            \
		STEP_REGISTER_(nm);                                                                \
		step_enter((nm), (subj));                                                          \
		int r_ = fault_hit(nm);                                                            \
		if (r_ == 0 && (r_ = (int)(expr)) < 0)                                             \
			r_ = -errno;                                                               \
		r_ < 0 ? err_set((e), r_, (nm), "%s", (subj)) : r_;                                \
	})

#define STEP_OURS(e, nm, subj, expr)                                                               \
	__extension__({                                                                            \
		STEP_REGISTER_(nm);                                                                \
		step_enter((nm), (subj));                                                          \
		int r_ = fault_hit(nm);                                                            \
		if (r_ == 0)                                                                       \
			r_ = (int)(expr);                                                          \
		r_ < 0 ? err_set((e), r_, (nm), "%s", (subj)) : r_;                                \
	})

/*
 * The keeper's current step, in memory shared with the front, so that the front can name a call
 * that never returns. Set up before the fork; the reader, which is not trusted, unmaps it. Only
 * steps with a subject are recorded; with --debug, each step is printed.
 */
struct step_board {
	const char *step;
	char subject[sizeof(((struct err *)0)->subject)];
};

const struct step_board *step_board_make(void); /* NULL if out of memory */
void step_board_drop(void);
void step_enter(const char *step, const char *subject);

/*
 * Record a judgement about data that was read: no call has failed, but it has a name and a phrase.
 */
#define FAIL(e, code, nm, ...)                                                                     \
	__extension__({                                                                            \
		STEP_REGISTER_(nm);                                                                \
		err_judge((e), (code), (nm), __VA_ARGS__);                                         \
	})

#endif
