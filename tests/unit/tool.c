/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool - tools that succeed, fail, print, hang or are missing; and what they inherit */
#include "sys/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static char top[] = "/tmp/run.XXXXXX";

static int shell(const char *script, int cancel_fd, struct err *e)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	*e = (struct err){0};
	return tool_run(argv, cancel_fd, e);
}

static int plain(const char *name, struct err *e)
{
	const char *const argv[] = {name, NULL};

	*e = (struct err){0};
	return tool_run(argv, -1, e);
}

static int no_child_is_left(void)
{
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static void try_results(void)
{
	struct err e;

	tap_ok(shell("exit 0", -1, &e) == 0 && e.code == 0, "exit status 0 is success");
	tap_ok(plain("true", &e) == 0, "a name is searched in PATH");
	tap_ok(shell("exit 3", -1, &e) == -EIO && !strcmp(e.step, "tool.status"),
		"exit status 3 is a failure");
	tap_is(e.detail, "exit code 3", "a failure without output");
	tap_is(e.subject, "'/bin/sh'", "the subject is the tool");
	tap_ok(shell("echo out; echo err >&2; printf 'b\\033ell\\n\\n'; exit 1", -1, &e) == -EIO,
		"a failure with output");
	tap_is(e.detail, "exit code 1: out err b?ell",
		"the output is one line, safe for a terminal");
	shell("echo '  WARNING: a'; echo ' WARNING: b'; echo '  bad'; exit 1", -1, &e);
	tap_is(e.detail, "exit code 1:   bad   WARNING: a  WARNING: b ",
		"warnings are printed after the error");
	shell("echo WARNING: a; exit 1", -1, &e);
	tap_is(e.detail, "exit code 1: WARNING: a", "only warnings: they are printed");
	tap_ok(shell("kill -TERM $$", -1, &e) == -EIO, "a tool ended by a signal is a failure");
	tap_is(e.detail, "killed by signal SIGTERM", "the signal is named");
	tap_ok(no_child_is_left(), "all children are reaped");
}

static void try_not_started(void)
{
	char text[64];
	struct err e;
	int fd;

	tap_ok(plain("/nonexistent/tool", &e) == -ENOENT && !strcmp(e.step, "tool.start"),
		"a missing path is an error");
	tap_ok(plain("no-such-tool-anywhere", &e) == -ENOENT,
		"a name in no directory of PATH is an error");
	tap_ok(plain("../bin/true/x", &e) == -ENOTDIR || e.code == -ENOENT,
		"a path below a file is an error");
	tap_ok(plain("", &e) < 0, "an empty name is an error");
	tap_ok(plain("/", &e) == -EACCES, "a directory is an error");
	snprintf(text, sizeof(text), "%s/garbage", top);
	fd = open(text, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
	if (write(fd,
		    "\x7f"
		    "ELF",
		    4) != 4)
		abort();
	close(fd);
	tap_ok(plain(text, &e) == -ENOEXEC, "a file that is not a program is not run as a script");
	if (chdir(top) < 0)
		abort();
	tap_ok(plain("garbage", &e) == -ENOENT, "the working directory is not searched");
	unlink(text);
	tap_ok(no_child_is_left(), "all children are reaped");
}

static void try_exists(void)
{
	tap_ok(tool_exists("true") == 1 && tool_exists("/bin/sh") == 1, "existing tools are found");
	tap_ok(tool_exists("no-such-tool-anywhere") == 0 && tool_exists("/nonexistent") == 0,
		"missing tools are not found");
}

/* Prints a failure's words, so that the tool's view of itself can be compared. */
static const char *words_of(const char *script)
{
	static struct err e;
	char text[512];

	snprintf(text, sizeof(text), "%s; exit 1", script);
	shell(text, -1, &e);
	return e.detail + strlen("exit code 1: ");
}

static void try_inheritance(void)
{
	int leaked = open("/dev/null", O_RDONLY), high = fcntl(leaked, F_DUPFD, 900);
	sigset_t some;

	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	setenv("LD_LIBRARY_PATH", "/evil", 1);
	tap_is(words_of("ls /proc/$$/fd"), "0 1 2", "a tool inherits no other descriptors");
	tap_is(words_of("readlink /proc/$$/fd/0; [ /proc/$$/fd/1 -ef /proc/$$/fd/2 ] && echo one"),
		"/dev/null one", "stdin is /dev/null, stdout and stderr are one pipe");
	tap_is(words_of("while read k v; do case $k in SigBlk:|SigIgn:) echo $v;; esac; done "
			"</proc/$$/status"),
		"0000000000000000 0000000000000000", "signals are as in a new process");
	tap_is(words_of("tr '\\0' ' ' </proc/$$/environ"),
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C ", "the environment is fixed");
	sigprocmask(SIG_UNBLOCK, &some, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	close(leaked);
	close(high);
}

static int fail_with(void *arg)
{
	return *(int *)arg;
}

static int move_away(void *arg)
{
	return chdir(arg) < 0 ? -errno : 0;
}

static void try_confined(void)
{
	static const char *const argv[] = {
		"/bin/sh", "-c", "echo \"$A $B\"; pwd; echo bad >&2; exit $C", NULL};
	const char *env[] = {"A=1", "B=two", "C=0", NULL};
	int out_fd = memfd_create("out", MFD_CLOEXEC), code = -EBADSLT;
	struct tool_request rq = {.argv = argv,
		.env = env,
		.cancel_fd = -1,
		.out_fd = out_fd,
		.confine = move_away,
		.arg = "/proc"};
	char text[64] = "";
	struct err e = {0};

	tap_ok(tool_run_confined(&rq, &e) == 0,
		"a tool with an environment and an output file succeeds");
	tap_ok(pread(out_fd, text, sizeof(text) - 1, 0) > 0, "the output file gets the output");
	tap_is(text, "1 two\n/proc\n",
		"the output file has only stdout, and the child's setup is in effect");
	env[2] = "C=5";
	tap_ok(tool_run_confined(&rq, &e) == -EIO, "a confined tool fails");
	tap_is(e.detail, "exit code 5: bad", "its stderr is in the error");
	rq.confine = fail_with;
	rq.arg = &code;
	e = (struct err){0};
	tap_ok(tool_run_confined(&rq, &e) == -EBADSLT && !strcmp(e.step, "tool.start"),
		"a tool that cannot be confined is not started");
	close(out_fd);
	tap_ok(no_child_is_left(), "all children are reaped");
}

/* With our standard descriptors closed, its own must come out right. Nobody sees our TAP meanwhile.
 */
static void try_without_stdio(void)
{
	int saved[3], i, r;
	struct err e;

	fflush(stdout);
	for (i = 0; i < 3; i++) {
		saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
		close(i);
	}
	r = shell("readlink /proc/$$/fd/0; echo out; echo err >&2; exit 1", -1, &e);
	for (i = 0; i < 3; i++) {
		dup2(saved[i], i);
		close(saved[i]);
	}
	tap_ok(r == -EIO, "a tool fails without standard descriptors");
	tap_is(e.detail, "exit code 1: /dev/null out err",
		"the tool has standard descriptors of its own");
}

static void try_many_words(void)
{
	struct err e;

	tap_ok(shell("head -c 3000000 /dev/zero | tr '\\0' x", -1, &e) == 0,
		"3 MB of output do not stop a tool");
	tap_ok(shell("echo first; head -c 3000000 /dev/zero | tr '\\0' x; exit 2", -1, &e) ==
				-EIO &&
			!strncmp(e.detail, "exit code 2: first xxx", 22) && strlen(e.detail) > 600,
		"the first of them are kept");
	tap_ok(shell("exec >&- 2>&-; exit 4", -1, &e) == -EIO && !strcmp(e.detail, "exit code 4"),
		"a tool that closes its output is waited for");
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void try_helper_left(void)
{
	double start = now();
	struct err e;

	tap_ok(shell("sleep 5 & echo $! >pid; exit 0", -1, &e) == 0 && now() - start < 4,
		"a helper that holds the pipe is not waited for");
	tap_ok(shell("kill $(cat pid); rm pid", -1, &e) == 0 && wait(NULL) > 0,
		"the helper is ended by the test");
}

static void wait_for_file(const char *name)
{
	while (access(name, F_OK) < 0)
		usleep(10000);
}

static int number_in(const char *name)
{
	char line[32] = "";
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	close(fd);
	unlink(name);
	return n > 0 ? atoi(line) : getpid();
}

/* All of the group are reaped; one that had done its work (mv) may have ended by itself. */
static bool group_was_killed(pid_t group)
{
	bool killed = false;
	int st;

	while (waitpid(-group, &st, 0) > 0)
		killed = killed || (WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL);
	return killed;
}

static void try_cancel(void)
{
	double start = now();
	int cancel[2];
	struct err e;

	if (pipe2(cancel, O_CLOEXEC) < 0)
		abort();
	if (fork() == 0) {
		wait_for_file("group");
		_exit(write(cancel[1], "x", 1) != 1);
	}
	tap_ok(shell("sleep 50 & echo $$ >g; mv g group; wait", cancel[0], &e) == -EINTR &&
			!strcmp(e.step, "tool.wait") && now() - start < 20,
		"a hanging tool is killed on request");
	tap_ok(group_was_killed(number_in("group")), "its helpers are killed");
	wait(NULL);
	close(cancel[1]);
	tap_ok(shell("exec sleep 50", cancel[0], &e) == -EINTR,
		"a cancel descriptor that is already readable: killed at once");
	close(cancel[0]);
	tap_ok(no_child_is_left(), "all children are reaped");
}

static void try_our_death(void)
{
	int st;
	pid_t pid = fork(), tool;

	if (pid == 0) {
		struct err e;

		_exit(shell("echo $$ >t; mv t tool; exec sleep 50", -1, &e) != 0);
	}
	wait_for_file("tool");
	kill(pid, SIGKILL);
	waitpid(pid, &st, 0);
	tool = number_in("tool");
	tap_ok(waitpid(tool, &st, 0) == tool && WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL,
		"a tool dies with its parent");
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void try_signals(void)
{
	struct sigaction sa = {.sa_handler = on_alarm};
	struct err e;

	sigaction(SIGALRM, &sa, NULL);
	alarm(1);
	tap_ok(shell("sleep 2", -1, &e) == 0, "a signal to the parent does not end the waiting");
}

int main(void)
{
	/* What a tool leaves behind becomes our child: so we see whether it is dead. */
	if (!mkdtemp(top) || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		abort();
	try_results();
	try_not_started();
	try_exists();
	try_inheritance();
	try_confined();
	try_without_stdio();
	try_many_words();
	try_helper_left();
	try_cancel();
	try_our_death();
	try_signals();
	tap_ok(chdir("/") == 0 && rmdir(top) == 0, "nothing is left behind");
	return tap_done();
}
