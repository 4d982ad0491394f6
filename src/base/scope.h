/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope - undo stack for changes to the machine, newest first */
#ifndef DOMU_BASE_SCOPE_H
#define DOMU_BASE_SCOPE_H

#include <stddef.h>

#include "base/err.h"

/* clang-format 14 and 19 format this differently. */
/* clang-format off */
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
/* clang-format on */

struct undo { /* embedded in the object that it undoes */
	struct undo *below;
	const char *name; /* for messages, as "/dev/loop7"; lives as long as the object */
	int (*undo)(struct undo *u, struct err *e); /* undoes the change; NULL if none */
	void (*free)(struct undo *u);		    /* frees the memory, in any case; may be NULL */
	void (*by_hand)(struct undo *u, char *to,
		size_t size); /* writes the command to do it by hand; may be NULL */
};

struct scope {
	struct undo *top;
};

/* Called for each undo that failed. */
typedef void (*scope_report_fn)(const struct undo *u, const struct err *why, const char *by_hand);

/*
 * Push an acquired object. Cannot fail: allocate first, acquire second, push third.
 * @u: its by_hand is set or NULL; the other members are set here
 */
void scope_push(struct scope *s, struct undo *u, const char *name,
	int (*undo)(struct undo *, struct err *), void (*free)(struct undo *));

/*
 * Push a descriptor, which is closed when the scope ends or is kept.
 * @fd: owned by the scope; closed on failure, too
 * Returns: 0, or -ENOMEM
 */
int scope_push_fd(struct scope *s, const char *name, int fd);

/* Drop all undo records of @s and free their memory. The changes to the machine stay. */
void scope_keep_all(struct scope *s);

/* Move all of @from on top of @into, in order. @from is then empty. */
void scope_splice(struct scope *into, struct scope *from);

/*
 * Undo everything, newest first, and free the memory. A failed undo is reported to the function set
 * by scope_on_failure(), and the rest continues. An undo that fails with -EBUSY or -EAGAIN is
 * retried for two seconds.
 * @first: set to the first failure, unless it holds an error already
 * Returns: the number of failures
 */
int scope_unwind(struct scope *s, struct err *first);

/* Set the function that undo failures are reported to, one for the process; NULL for none. */
void scope_on_failure(scope_report_fn report);

/* Declare a scope that is unwound at the end of its block; failures are only reported. */
#define SCOPE(name) struct scope name __attribute__((cleanup(scope_end_))) = {0}
void scope_end_(struct scope *s);

#endif
