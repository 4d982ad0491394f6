/* SPDX-License-Identifier: GPL-2.0-or-later */
/* consistent - how often a disk in use is read until two results agree, and the final result */
#include "keeper/consistent.h"

#include <errno.h>

#include "base/step.h"
#include "tap.h"

/* What the tries come to, in turn; the last one from then on. */
struct script {
	struct {
		int code;
		const char *subject;
		bool differs;
	} then[6];
	unsigned int n, tries;
};

static int play(void *arg, struct reading *reading, struct err *e)
{
	struct script *s = arg;
	unsigned int i = s->tries < s->n ? s->tries : s->n - 1;

	s->tries++;
	reading->comparable = true;
	reading->differs = s->then[i].differs;
	return s->then[i].code ? err_set(e, s->then[i].code, "test.step", "%s", s->then[i].subject)
			       : 0;
}

static void check(struct script s, unsigned int tries, int code, const char *what)
{
	struct err e = {0};
	int r = consistent_read(play, &s, &e);

	tap_ok(s.tries == tries && r == code && e.code == code, "%s: %u tries, %d", what, s.tries,
		r);
}

int main(void)
{
	check((struct script){.n = 1}, 2, 0, "the same result twice");
	check((struct script){.then = {{0}, {.differs = true}, {0}}, .n = 3}, 3, 0,
		"one result differs");
	check((struct script){.then = {{.differs = true}}, .n = 1}, 6, -EBUSY,
		"each result differs");
	check((struct script){.then = {{0}, {-EIO, "'x'"}, {0}}, .n = 3}, 4, 0,
		"a failure in between");
	check((struct script){.then = {{-ENOENT, "'x'"}}, .n = 1}, 2, -ENOENT,
		"the same failure twice");
	check((struct script){.then = {{-ENOENT, "'x'"}, {-ENOENT, "'y'"}}, .n = 2}, 3, -ENOENT,
		"first a failure of another file");
	check((struct script){.then = {{-EUCLEAN, "/dev/loop2048"}, {-EUCLEAN, "/dev/loop2050"}},
		      .n = 2},
		2, -EUCLEAN, "the same failure of another loop device");
	return tap_done();
}
