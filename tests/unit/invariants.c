/* SPDX-License-Identifier: GPL-2.0-or-later */
/* invariants - assertions on internal invariants: a violation ends the program at once
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/scope.h"
#include "base/text.h"
#include "image/header.h"
#include "reader/reader_child.h"
#include "sys/wire.h"
#include "tap.h"

static void nothing(struct undo *u)
{
	(void)u;
}

static void push_twice(void)
{
	struct scope s = {0};
	struct undo u = {0}, other = {0};

	scope_push(&s, &u, "u", NULL, nothing);
	scope_push(&s, &other, "other", NULL, nothing);
	scope_push(&s, &u, "u", NULL, nothing);
}

static void push_without_a_name(void)
{
	struct scope s = {0};
	struct undo u = {0};

	scope_push(&s, &u, NULL, NULL, nothing);
}

static void splice_onto_itself(void)
{
	struct scope s = {0};
	struct undo u = {0};

	scope_push(&s, &u, "u", NULL, nothing);
	scope_splice(&s, &s);
}

static struct scope unwound;
static struct undo late;

static int do_more(struct undo *u, struct err *e)
{
	(void)u;
	(void)e;
	scope_push(&unwound, &late, "late", NULL, nothing);
	return 0;
}

static void push_while_unwinding(void)
{
	struct undo u = {0};

	scope_push(&unwound, &u, "u", do_more, NULL);
	scope_unwind(&unwound, NULL);
}

static void take_a_descriptor_twice(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(TAKE_FD(fd));
	TAKE_FD(fd);
}

static void close_a_descriptor_twice(void)
{
	own_fd int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
}

static void fail_with_success(void)
{
	struct err e = {0};

	err_set(&e, 0, "unit.step", "%s", "");
}

static void add_to_no_string(void)
{
	char text[8] = "full";

	text_add(text, strlen(text), "%s", "more");
}

static void send_too_many(void)
{
	const int fds[WIRE_FDS_MAX + 1] = {0};

	wire_send(-1, "", 1, fds, WIRE_FDS_MAX + 1, NULL);
}

static void send_a_long_step(void)
{
	const struct err e = {.code = -1, .step = "unit.a_name_that_is_longer_than_any_step_has"};
	struct wire_err to;

	wire_err_from(&to, &e);
}

static void ask_what_nobody_asks(void)
{
	reader_reply_size(ASK_COMPARE_UNPACKED + 1);
}

static void name_no_format(void)
{
	image_format_name(IMAGE_FORMATS);
}

/* Whether the assertion itself ends it. */
static int ends(void (*breach)(void))
{
	const struct rlimit no_core = {0, 0};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		breach();
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}

int main(void)
{
#ifdef NDEBUG
	puts("1..0 # SKIP built without assertions");
	return 0;
#endif
	tap_ok(ends(push_twice), "a record is on a scope once");
	tap_ok(ends(push_without_a_name), "a record has a name for messages");
	tap_ok(ends(splice_onto_itself), "a scope is not spliced onto itself");
	tap_ok(ends(push_while_unwinding), "an undo pushes no record");
	tap_ok(ends(take_a_descriptor_twice), "a descriptor is taken once");
	tap_ok(ends(close_a_descriptor_twice), "a descriptor is closed once");
	tap_ok(ends(fail_with_success), "a failure has a negative errno");
	tap_ok(ends(add_to_no_string), "text is added only to a terminated string");
	tap_ok(ends(send_too_many), "no message has more descriptors than its receiver takes");
	tap_ok(ends(send_a_long_step), "a step's name fits into a message");
	tap_ok(ends(ask_what_nobody_asks), "each question has an answer of its size");
	tap_ok(ends(name_no_format), "each format has a name");
	return tap_done();
}
