/* SPDX-License-Identifier: GPL-2.0-or-later */
/* as_xenopsd - runs a program named pygrub or eliloader like XenServer's xenopsd */
#include "caller.h"

/*
 * as_xenopsd [-u UID] DIRECTORY PROGRAM ARGUMENTS IMAGE
 *
 * ARGUMENTS is the guest's PV-bootloader-args, which are split at each blank. DIRECTORY gets the
 * file error, which the administrator reads, or args, kernel and perhaps ramdisk.
 *
 * Exit status: 0; 1 a failure with the program's error; 3 anything that xenopsd refuses.
 */
#define TEXT_MAX 65536
#define PREFIX	 "RuntimeError: "

struct answer {
	char *kernel, *ramdisk, *args;
};

static const char *const allowed[] = {"/var/run/xen/pygrub", "/var/run/xend/boot"};

static void add_words(struct arguments *a, char *words)
{
	char *word;

	if (!*words)
		return;
	while ((word = strsep(&words, " ")))
		add(a, word);
}

static struct arguments make_arguments(const struct config *c)
{
	const char *slash = strrchr(c->rest[0], '/');
	int eliloader = slash && !strcmp(slash + 1, "eliloader");
	struct arguments a = {0};

	add(&a, c->rest[0]);
	if (!eliloader)
		add_option(&a, "output-format", "simple");
	add(&a, text("-q"));
	add_option(&a, "runas", c->uid);
	if (eliloader) {
		add(&a, text("--vm"));
		add(&a, text("6f1a3c5e-7b9d-4e2f-8a1c-0123456789ab"));
	}
	add_words(&a, c->rest[1]);
	add(&a, c->rest[2]);
	return a;
}

static void start(char **argv, int out_fd, int err_fd)
{
	program = must(fork(), "fork");
	if (program > 0)
		return;
	must(dup2(open("/dev/null", O_RDONLY), STDIN_FILENO), "/dev/null");
	must(dup2(out_fd, STDOUT_FILENO), "dup2");
	must(dup2(err_fd, STDERR_FILENO), "dup2");
	execv(argv[0], argv);
	must(-1, argv[0]);
}

static void read_text(int fd, char to[TEXT_MAX])
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < TEXT_MAX - 1) {
		n = must((int)read(fd, to + len, TEXT_MAX - 1 - len), "read");
		len += (size_t)n;
	}
	to[len] = '\0';
}

static int run(char **argv, char out[TEXT_MAX], char err[TEXT_MAX])
{
	int out_pipe[2], err_pipe[2];

	must(pipe2(out_pipe, O_CLOEXEC), "pipe");
	must(pipe2(err_pipe, O_CLOEXEC), "pipe");
	start(argv, out_pipe[1], err_pipe[1]);
	close(out_pipe[1]);
	close(err_pipe[1]);
	read_text(out_pipe[0], out);
	read_text(err_pipe[0], err);
	return end_of_program();
}

static void set(char **member, const char *key, char *value)
{
	if (*member)
		end_with(BROKEN, "more than one %s line", key);
	*member = value;
}

/* A line without a blank is ignored. */
static void on_line(struct answer *answer, char *line)
{
	char *value = strchr(line, ' ');

	if (!value)
		return;
	*value++ = '\0';
	if (!strcmp(line, "kernel"))
		set(&answer->kernel, line, value);
	else if (!strcmp(line, "ramdisk"))
		set(&answer->ramdisk, line, value);
	else if (!strcmp(line, "args"))
		set(&answer->args, line, value);
	else if (*line)
		end_with(BROKEN, "unrecognised start of line: %s", line);
}

static int take(const char *path)
{
	size_t len = strlen(allowed[0]);

	return take_copy(path, allowed[strncmp(path, allowed[0], len) != 0]);
}

static void on_failure(const struct config *c, const char *err)
{
	const char *why = strstr(err, PREFIX);

	if (!why)
		end_with(BROKEN, "no %sin: %s", PREFIX, err);
	keep_text(why + strlen(PREFIX), c->directory, "error");
	exit(BOOTLOADER_FAILED);
}

static void on_success(const struct config *c, char *out)
{
	struct answer answer = {0};
	char *line;

	while ((line = strsep(&out, "\n")))
		on_line(&answer, line);
	if (!answer.kernel)
		end_with(BROKEN, "exit code 0, and the answer names no kernel");
	keep(take(answer.kernel), c->directory, "kernel");
	if (answer.ramdisk)
		keep(take(answer.ramdisk), c->directory, "ramdisk");
	keep_text(answer.args ? answer.args : "", c->directory, "args");
}

int main(int argc, char **argv)
{
	static char out[TEXT_MAX], err[TEXT_MAX];
	struct config c = read_config(argc, argv);
	struct arguments a;
	int status;

	if (!c.rest[1] || !c.rest[2])
		end_with(DRIVER_FAILED, "PROGRAM ARGUMENTS IMAGE");
	a = make_arguments(&c);
	status = run(a.word, out, err);
	fputs(err, stderr);
	if (status != 0)
		on_failure(&c, err);
	on_success(&c, out);
	return 0;
}
