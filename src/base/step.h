/* SPDX-License-Identifier: GPL-2.0-or-later */
/* step - the one gate to the world: name, convention, error context and fault point */
#ifndef DOMU_BASE_STEP_H
#define DOMU_BASE_STEP_H

#include <errno.h>

#include "base/err.h"
#include "base/fault.h"

/*
 * STEP(e, "file.verb", subject, expr): a libc call or ioctl, which fails with < 0 and errno.
 * STEP_OURS(...):                      an expression that fails with a negative errno of its own.
 * Both evaluate to >= 0, or to the negative errno with *e set to (errno, name, subject). Names are
 * unique in the program and have a phrase in base/hint.c.
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
 * Where the process that touches the machine stands, for the one that waits for it: a page that
 * both see, so that what never comes back can be named. Made before the fork; a process that is not
 * to be believed drops it. Steps without a subject are not noted; with --debug each is told.
 */
struct step_board {
	const char *step;
	char subject[sizeof(((struct err *)0)->subject)];
};

const struct step_board *step_board_make(void); /* NULL: no memory */
void step_board_drop(void);
void step_enter(const char *step, const char *subject);

/*
 * A judgement of ours about what was read (no foreign call): still named, phrased and on the list.
 */
#define FAIL(e, code, nm, ...)                                                                     \
	__extension__({                                                                            \
		STEP_REGISTER_(nm);                                                                \
		err_judge((e), (code), (nm), __VA_ARGS__);                                         \
	})

#endif
