/* SPDX-License-Identifier: GPL-2.0-or-later */
/* killat - runs a program and kills it, or all of its processes, at one system call of one of them
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * killat PROCESS CALL self|all FILE PROGRAM ARGUMENT...
 *
 * PROCESS is 0 for the program itself, 1 for the first forked process, and so on. At the entry of
 * its CALL-th system call (counted from 1), this process or all processes, the newest last, get
 * SIGKILL; the others continue untraced. CALL 0 kills no process. FILE gets "killed" or "nothing"
 * and the number of calls of each process; a line "forked" that has, for each process, the number
 * of its parent's call that forked it; and a line for each process with the numbers of its calls.
 *
 * Exit status: the program's, or 128 + the signal if it was killed.
 */
#define PROCESSES_MAX 16
#define CALLS_MAX     4096 /* whose numbers are told */
#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORK |  \
		PTRACE_O_TRACEEXEC)

struct traced {
	pid_t pid;
	unsigned long calls;
	unsigned long forked; /* the parent's calls by then */
	int inside;
	long number[CALLS_MAX];
};

static struct traced traced[PROCESSES_MAX];
static int n_traced;
static int done; /* somebody was killed: from now on all are let go */

static struct traced *traced_of(pid_t pid)
{
	for (int i = 0; i < n_traced; i++)
		if (traced[i].pid == pid)
			return &traced[i];
	if (n_traced == PROCESSES_MAX)
		return NULL;
	traced[n_traced].pid = pid;
	return &traced[n_traced++];
}

static void start(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		exit(125);
	traced_of(pid);
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, OPTIONS) < 0 ||
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0)
		exit(125);
}

static void kill_all(void)
{
	for (int i = 0; i < n_traced; i++)
		kill(traced[i].pid, SIGKILL);
}

static void note_number(struct traced *t)
{
	struct __ptrace_syscall_info info;

	if (t->calls < CALLS_MAX &&
		ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, (void *)sizeof(info), &info) > 0)
		t->number[t->calls] = (long)info.entry.nr;
}

/* Each system call stops twice, at its entry and at its end. */
static void on_call(struct traced *t, int process, unsigned long call, int all)
{
	t->inside = !t->inside;
	if (!t->inside)
		return;
	note_number(t);
	t->calls++;
	if (t != &traced[process] || t->calls != call)
		return;
	done = 1;
	if (all)
		kill_all();
	else
		kill(t->pid, SIGKILL);
}

/* A process stops at a fork and its child at its start; either event may be reported first. */
static void on_fork(const struct traced *parent)
{
	struct traced *child;
	unsigned long pid;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) < 0)
		exit(125);
	child = traced_of((pid_t)pid);
	if (!child)
		exit(125);
	child->forked = parent->calls;
}

static int is_fork(int status)
{
	int event = status >> 16;

	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

/* The signal to deliver; stops that only ptrace causes deliver none. */
static int signal_of(struct traced *t, int status)
{
	int sig = WSTOPSIG(status);

	if (sig == (SIGTRAP | 0x80) || sig == SIGTRAP || (sig == SIGSTOP && t->calls == 0))
		return 0;
	return sig;
}

static int trace(int process, unsigned long call, int all)
{
	int status, ret = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		struct traced *t = traced_of(pid);

		if (!t)
			exit(125);
		if (!WIFSTOPPED(status)) {
			if (t == traced)
				ret = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
							  : WEXITSTATUS(status);
			continue;
		}
		if (is_fork(status))
			on_fork(t);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && !done)
			on_call(t, process, call, all);
		ptrace(done ? PTRACE_DETACH : PTRACE_SYSCALL, pid, NULL,
			(void *)(long)signal_of(t, status));
	}
	return ret;
}

static void tell_numbers(FILE *f, const struct traced *t)
{
	fputc('\n', f);
	for (unsigned long i = 0; i < t->calls && i < CALLS_MAX; i++)
		fprintf(f, "%ld ", t->number[i]);
}

static void tell(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		exit(125);
	fprintf(f, "%s", done ? "killed" : "nothing");
	for (int i = 0; i < n_traced; i++)
		fprintf(f, " %lu", traced[i].calls);
	fputs("\nforked", f);
	for (int i = 0; i < n_traced; i++)
		fprintf(f, " %lu", traced[i].forked);
	for (int i = 0; i < n_traced; i++)
		tell_numbers(f, &traced[i]);
	fputc('\n', f);
	fclose(f);
}

int main(int argc, char **argv)
{
	int ret;

	if (argc < 6) {
		fputs("usage: killat PROCESS CALL self|all FILE PROGRAM ARGUMENT...\n", stderr);
		return 125;
	}
	start(argv + 5);
	ret = trace(atoi(argv[1]), strtoul(argv[2], NULL, 10), !strcmp(argv[3], "all"));
	tell(argv[4]);
	return ret;
}
