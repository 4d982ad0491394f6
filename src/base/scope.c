/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope - undo stack for changes to the machine, newest first */
#include "base/scope.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"

#define PAUSE_MAX_MS 1024

static scope_report_fn report_failure;

void scope_on_failure(scope_report_fn report)
{
	report_failure = report;
}

static inline bool scope_holds(const struct scope *s, const struct undo *u)
{
	const struct undo *at = s->top;

	while (at && at != u)
		at = at->below;
	return at;
}

void scope_push(struct scope *s, struct undo *u, const char *name,
	int (*undo)(struct undo *, struct err *), void (*free)(struct undo *))
{
	assert(name && (undo || free) && !scope_holds(s, u));
	u->name = name;
	u->undo = undo;
	u->free = free;
	u->below = s->top;
	s->top = u;
}

struct held_fd {
	struct undo undo;
	int fd;
};

static void held_fd_free(struct undo *u)
{
	struct held_fd *h = container_of(u, struct held_fd, undo);

	close(h->fd);
	free(h);
}

int scope_push_fd(struct scope *s, const char *name, int fd)
{
	struct held_fd *h = calloc(1, sizeof(*h));

	if (!h) {
		close(fd);
		return -ENOMEM;
	}
	h->fd = fd;
	scope_push(s, &h->undo, name, NULL, held_fd_free);
	return 0;
}

static struct undo *scope_pop(struct scope *s)
{
	struct undo *u = s->top;

	s->top = u->below;
	return u;
}

void scope_keep_all(struct scope *s)
{
	while (s->top) {
		struct undo *u = scope_pop(s);

		if (u->free)
			u->free(u);
	}
}

void scope_splice(struct scope *into, struct scope *from)
{
	struct undo *oldest = from->top;

	assert(from != into);
	if (!oldest)
		return;
	while (oldest->below)
		oldest = oldest->below;
	oldest->below = into->top;
	into->top = from->top;
	from->top = NULL;
}

/*
 * Others may hold a device for a moment: udev probes it, a killed process has not quite ended. So
 * retry a busy undo, for two seconds in all.
 */
static int undo_patiently(struct undo *u, struct err *why)
{
	const unsigned int mark = fault_undo_mark();
	unsigned int pause_ms = 1;
	int r;

	while ((r = u->undo(u, why)) == -EBUSY || r == -EAGAIN) {
		if (pause_ms > PAUSE_MAX_MS)
			return r;
		usleep(pause_ms * 1000);
		pause_ms *= 2;
		fault_undo_again(mark);
		*why = (struct err){0};
	}
	return r;
}

static int undo_one(struct undo *u, struct err *first)
{
	struct err why = {0};
	char by_hand[256] = "";

	if (!u->undo || undo_patiently(u, &why) >= 0)
		return 0;
	if (u->by_hand)
		u->by_hand(u, by_hand, sizeof(by_hand));
	if (report_failure)
		report_failure(u, &why, by_hand);
	if (first && !first->code)
		*first = why;
	return 1;
}

int scope_unwind(struct scope *s, struct err *first)
{
	int failed = 0;

	fault_unwinding(1);
	while (s->top) {
		struct undo *u = scope_pop(s);

		failed += undo_one(u, first);
		assert(s->top == u->below); /* an undo must not push */
		if (u->free)
			u->free(u);
	}
	fault_unwinding(0);
	return failed;
}

void scope_end_(struct scope *s)
{
	scope_unwind(s, NULL);
}
