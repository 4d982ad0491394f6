/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope - what we did to the machine, newest first, and how to undo it */
#ifndef DOMU_BASE_SCOPE_H
#define DOMU_BASE_SCOPE_H

#include <stddef.h>

#include "base/err.h"

/* Its versions 14 and 19 do not agree here. */
/* clang-format off */
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
/* clang-format on */

struct undo { /* embedded in the thing it undoes */
	struct undo *below;
	const char *name; /* "/dev/loop7": for messages, lives as long as the thing */
	int (*undo)(struct undo *u, struct err *e); /* the world; may be NULL: nothing to undo */
	void (*free)(struct undo *u);		    /* the memory, always; may be NULL */
	void (*by_hand)(struct undo *u, char *to,
		size_t size); /* the command an operator would type; may be NULL */
};

struct scope {
	struct undo *top;
};

/* What happened while a scope was unwound: called once for each undo that failed. */
typedef void (*scope_report_fn)(const struct undo *u, const struct err *why, const char *by_hand);

/*
 * Push what has been acquired. It can't fail: allocate first, acquire second, push third. @u must
 * have its by_hand member set (or zero); name, undo and free are taken from the arguments.
 */
void scope_push(struct scope *s, struct undo *u, const char *name,
	int (*undo)(struct undo *, struct err *), void (*free)(struct undo *));

/*
 * Push a descriptor, which is closed when the scope ends, however that ends; @fd is taken, on
 * failure, too: -ENOMEM.
 */
int scope_push_fd(struct scope *s, const char *name, int fd);

/* Give up the undoing of everything in @s; the memory is freed. The things stay in the world. */
void scope_keep_all(struct scope *s);

/*
 * Hand a finished attempt up: all of @from goes on top of @into, in its order. @from is empty after
 * it.
 */
void scope_splice(struct scope *into, struct scope *from);

/*
 * Undo everything, newest first, going on after a failure; frees the memory. Each failing undo is
 * reported through the function given to scope_on_failure(). Returns the number of failures; the
 * first of them is in @first (which is not touched when it holds an error already).
 */
int scope_unwind(struct scope *s, struct err *first);

/* Who is told of undo failures (one for the process); NULL for nobody. */
void scope_on_failure(scope_report_fn report);

/* A scope that ends with its block: what is left in it then is undone, failures only reported. */
#define SCOPE(name) struct scope name __attribute__((cleanup(scope_end_))) = {0}
void scope_end_(struct scope *s);

#endif
