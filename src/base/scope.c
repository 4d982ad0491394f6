/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scope - LIFO of undo records embedded in what they undo */
#include "base/scope.h"

#include "base/fault.h"

static scope_report_fn report_failure;

void scope_on_failure(scope_report_fn report)
{
	report_failure = report;
}

void scope_push(struct scope *s, struct undo *u, const char *name,
	int (*undo)(struct undo *, struct err *), void (*free)(struct undo *))
{
	u->name = name;
	u->undo = undo;
	u->free = free;
	u->below = s->top;
	s->top = u;
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

	if (!oldest)
		return;
	while (oldest->below)
		oldest = oldest->below;
	oldest->below = into->top;
	into->top = from->top;
	from->top = NULL;
}

static int undo_one(struct undo *u, struct err *first)
{
	struct err why = {0};
	char by_hand[256] = "";

	if (!u->undo || u->undo(u, &why) >= 0)
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
