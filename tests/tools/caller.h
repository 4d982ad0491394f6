/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * caller - common parts of the toolstacks' drivers: start a bootloader program and take its files
 */
#ifndef DOMU_TESTS_CALLER_H
#define DOMU_TESTS_CALLER_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

/* Exit codes of the drivers other than 0. */
#define BOOTLOADER_FAILED 1 /* as a toolstack would report it */
#define BROKEN		  3 /* it did what would harm the toolstack: never right */
#define DRIVER_FAILED	  125

#define PATIENCE      "30" /* seconds; then a toolstack would hang */
#define ARGUMENTS_MAX 64

static pid_t program;

__attribute__((format(printf, 2, 3), noreturn)) static inline void end_with(
	int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (program > 0)
		kill(program, SIGKILL);
	exit(code);
}

/* Checks a system call of the driver itself. */
static inline int must(int r, const char *what)
{
	if (r < 0)
		end_with(DRIVER_FAILED, "%s: %s", what, strerror(errno));
	return r;
}

__attribute__((format(printf, 1, 2))) static inline char *text(const char *fmt, ...)
{
	char *made;
	va_list ap;

	va_start(ap, fmt);
	must(vasprintf(&made, fmt, ap), "asprintf");
	va_end(ap);
	return made;
}

static inline void on_alarm(int signo)
{
	static const char why[] = "the toolstack would hang\n";

	if (program > 0)
		kill(program, SIGKILL);
	_exit(write(STDERR_FILENO, why, sizeof(why) - 1) < 0 ? signo : BROKEN);
}

/* ---- the guest's configuration ---- */

struct config {
	const char *kernel, *ramdisk, *args, *uid; /* NULL: not given */
	const char *patience;			   /* in place of PATIENCE */
	int quiet;
	const char *directory; /* where the toolstack has its files */
	char **rest;	       /* the program, its arguments, the disk, NULL */
};

static inline struct config read_config(int argc, char **argv)
{
	struct config c = {.patience = PATIENCE};
	int option;

	while ((option = getopt(argc, argv, "+k:r:a:u:t:q")) != -1)
		switch (option) {
		case 'k':
			c.kernel = optarg;
			break;
		case 'r':
			c.ramdisk = optarg;
			break;
		case 'a':
			c.args = optarg;
			break;
		case 'u':
			c.uid = optarg;
			break;
		case 't':
			c.patience = optarg;
			break;
		case 'q':
			c.quiet = 1;
			break;
		default:
			exit(DRIVER_FAILED);
		}
	if (argc - optind < 3)
		end_with(DRIVER_FAILED,
			"usage: %s [-k KERNEL] [-r RAMDISK] [-a ARGS] [-u UID] [-t SECONDS] [-q] "
			"DIRECTORY PROGRAM [ARGUMENT]... DISK",
			argv[0]);
	c.directory = argv[optind];
	c.rest = argv + optind + 1;
	signal(SIGALRM, on_alarm);
	alarm((unsigned int)atoi(c.patience));
	return c;
}

struct arguments {
	int n;
	char *word[ARGUMENTS_MAX + 1];
};

static inline void add(struct arguments *a, char *word)
{
	if (a->n == ARGUMENTS_MAX)
		end_with(DRIVER_FAILED, "more than %d arguments", ARGUMENTS_MAX);
	a->word[a->n++] = word;
	a->word[a->n] = NULL;
}

/* Adds "--name=value" if the configuration has a value. */
static inline void add_option(struct arguments *a, const char *name, const char *value)
{
	if (value)
		add(a, text("--%s=%s", name, value));
}

/* ---- a child on a terminal of its own ---- */

static inline int start_on_pty(char **argv)
{
	struct termios raw;
	int master, slave;

	must(openpty(&master, &slave, NULL, NULL, NULL), "openpty");
	must(tcgetattr(slave, &raw), "tcgetattr");
	cfmakeraw(&raw);
	must(tcsetattr(slave, TCSANOW, &raw), "tcsetattr");
	must(fcntl(master, F_SETFD, FD_CLOEXEC), "fcntl");
	program = must(fork(), "fork");
	if (program == 0) {
		must(login_tty(slave), "login_tty");
		signal(SIGPIPE, SIG_DFL);
		must(setenv("TERM", "vt100", 1), "setenv");
		execvp(argv[0], argv);
		must(-1, argv[0]);
	}
	close(slave);
	return master;
}

/* Appends what there is to @to; 0 at the end, which a pty tells by EIO. */
static inline int drain(int from, int to)
{
	char some[4096];
	ssize_t n = read(from, some, sizeof(some));

	if (n > 0 && write(to, some, (size_t)n) != n)
		must(-1, "write");
	return n > 0;
}

static inline int end_of_program(void)
{
	int status;

	must(waitpid(program, &status, 0), "waitpid");
	program = 0;
	return status;
}

/* ---- what it left ---- */

/*
 * Open a copy that the result names and unlink it, as a toolstack does with every path in a result.
 * Anything but a regular file of its owner directly in @directory is an error.
 */
static inline int take_copy(const char *path, const char *directory)
{
	size_t len = strlen(directory);
	struct stat st;
	int fd;

	if (strncmp(path, directory, len) != 0 || path[len] != '/' || strchr(path + len + 1, '/'))
		end_with(BROKEN, "the answer names %s, which is not in %s", path, directory);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		end_with(BROKEN, "the answer names %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || (st.st_mode & 07777) != 0600 || st.st_nlink != 1 ||
		st.st_size == 0)
		end_with(BROKEN, "%s is not a file of ours alone: mode %o, %lu links, %ld bytes",
			path, (unsigned int)st.st_mode, (unsigned long)st.st_nlink,
			(long)st.st_size);
	must(unlink(path), path);
	return fd;
}

static inline void keep(int from, const char *directory, const char *name)
{
	char *path = text("%s/%s", directory, name);
	int to = must(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), path);
	ssize_t n = 1;

	while (n > 0)
		n = must((int)sendfile(to, from, NULL, 1 << 20), path);
	close(to);
	free(path);
}

static inline void keep_text(const char *value, const char *directory, const char *name)
{
	char *path = text("%s/%s", directory, name);
	FILE *to = fopen(path, "w");

	if (!to || fputs(value, to) < 0 || fclose(to) != 0)
		must(-1, path);
	free(path);
}

#endif
