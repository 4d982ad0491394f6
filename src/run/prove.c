/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prove - a disk that somebody else may be writing to is extracted until two extractions agree */
#include "run/prove.h"

#include <string.h>

#include "base/log.h"
#include "base/step.h"

#define TRIES 6

static bool is_same_failure(const struct err *a, const struct err *b)
{
	return a->code && a->code == b->code && !strcmp(a->step, b->step) &&
	       !strcmp(a->subject, b->subject);
}

/* Of a dry run there are no bytes to compare. */
static bool is_settled(const struct fetched *f, int result)
{
	return f->settled || (result >= 0 && !f->file[0].copy);
}

int prove_extract(prove_extract_fn extract, void *arg, struct fetched *f, struct err *e)
{
	struct err before = {.code = 0};
	bool have = false; /* the extraction before this one was whole */

	for (unsigned int i = 0; i < TRIES; i++) {
		struct err why = {0};
		int r;

		f->differs = false;
		r = extract(arg, f, &why);
		if (is_settled(f, r) || (r < 0 && is_same_failure(&why, &before))) {
			*e = why;
			return r;
		}
		if (r >= 0 && have && !f->differs)
			return 0;
		log_verbose("extraction %u: %s", i + 1,
			r < 0  ? strerror(-r)
			: have ? "differs"
			       : "done");
		have = r >= 0;
		before = why;
	}
	return FAIL(e, -EBUSY, "prove.unsteady", "%u extractions", TRIES);
}
