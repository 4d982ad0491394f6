/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - how a child process ended, in words */
#include "sys/child.h"

#include <signal.h>
#include <unistd.h>

#include "tap.h"

/* A child that ends itself by the signal, by its exit code, or, if both are 0, not at all. */
static pid_t child_of(int signo, int code)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (signo)
		raise(signo);
	else if (!code)
		pause();
	_exit(code);
}

static void test_end(int signo, int code, const char *want)
{
	char how[CHILD_HOW_SIZE] = "";
	pid_t pid = child_of(signo, code);

	tap_ok(child_how_ended(pid, 60 * 1000, how) == how, "it has ended");
	tap_is(how, want, "as it did");
	tap_is(child_how_ended(pid, 0, how) ? how : "", want, "which can be asked again");
	tap_ok(child_wait(&pid) == 0 && pid == 0, "it was still to be waited for");
}

static void test_running(void)
{
	char how[CHILD_HOW_SIZE] = "";
	pid_t pid = child_of(0, 0), was = pid;

	tap_ok(!child_how_ended(pid, 0, how), "one that runs has not ended");
	tap_ok(child_end(&pid) == 0 && pid == 0, "it is ended");
	tap_ok(!child_how_ended(was, 0, how), "one that was waited for is no child any more");
	tap_ok(!child_how_ended(0, 0, how), "nor is one that was never started");
	tap_is(how, "", "of none of them anything is said");
}

int main(void)
{
	test_end(0, 3, "exit code 3");
	test_end(SIGKILL, 0, "killed by signal SIGKILL");
	test_end(SIGRTMIN + 1, 0, "killed by signal SIGRTMIN+1");
	test_running();
	return tap_done();
}
