/* SPDX-License-Identifier: GPL-2.0-or-later */
/* consistent - read a disk in use until two attempts agree */
#include "keeper/consistent.h"

#include <string.h>

#include "base/log.h"
#include "base/step.h"

#define TRIES 6

/* A device of this host; a guest's is quoted. The next attempt may use another number. */
static bool consistent_is_device(const char *subject)
{
	return !strncmp(subject, "/dev/", 5);
}

static bool is_same_failure(const struct err *a, const struct err *b)
{
	return a->code && a->code == b->code && !strcmp(a->step, b->step) &&
	       (!strcmp(a->subject, b->subject) ||
		       (consistent_is_device(a->subject) && consistent_is_device(b->subject)));
}

int consistent_read(consistent_try_fn attempt, void *arg, struct err *e)
{
	struct reading reading = {0};
	struct err before = {.code = 0};
	bool have = false; /* the previous attempt succeeded */

	for (unsigned int i = 0; i < TRIES; i++) {
		struct err why = {0};
		int r;

		reading.differs = reading.comparable = false;
		r = attempt(arg, &reading, &why);
		if (reading.settled || (r >= 0 && !reading.comparable) ||
			(r < 0 && is_same_failure(&why, &before))) {
			*e = why;
			return r;
		}
		if (r >= 0 && have && !reading.differs)
			return 0;
		log_verbose("extraction %u: %s", i + 1,
			r < 0  ? strerror(-r)
			: have ? "differs"
			       : "done");
		have = r >= 0;
		before = why;
	}
	return FAIL(e, -EBUSY, "consistent.unsteady", "%u extractions", TRIES);
}
