/* SPDX-License-Identifier: GPL-2.0-or-later */
/* as_xend - runs a bootloader program like xend, which waits for the result on a FIFO */
#include <poll.h>

#include "caller.h"

/*
 * as_xend [-k KERNEL] [-r RAMDISK] [-a ARGS] [-q] DIRECTORY PROGRAM [ARGUMENT]... DISK
 *
 * The options are kernel=, ramdisk=, the command line and whether the console is connected.
 * DIRECTORY replaces /var/run/xend/boot. It gets the files answer, the text up to the end of file;
 * console, which the guest's console would show; and status, the exit status, which xend ignores.
 * Exit status: 0; 1 "Boot loader didn't return any data!"; 3 xend would hang.
 */

static struct arguments make_arguments(const struct config *c, const char *fifo)
{
	struct arguments a = {0};

	add(&a, c->rest[0]);
	add_option(&a, "kernel", c->kernel);
	add_option(&a, "ramdisk", c->ramdisk);
	add_option(&a, "args", c->args);
	if (c->quiet)
		add(&a, text("-q"));
	add_option(&a, "output", fifo);
	for (char **word = c->rest + 1; *word; word++)
		add(&a, *word);
	return a;
}

static int open_new(const struct config *c, const char *name)
{
	char *path = text("%s/%s", c->directory, name);

	return must(open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), path);
}

/* The console is read only until the FIFO's end of file. */
static void read_answer(int fifo, int master, int answer, int console)
{
	struct pollfd p[] = {{.fd = fifo, .events = POLLIN}, {.fd = master, .events = POLLIN}};

	for (;;) {
		must(poll(p, 2, -1), "poll");
		if (p[0].revents && !drain(fifo, answer))
			return;
		if (p[1].revents && !drain(master, console))
			p[1].fd = -1;
	}
}

int main(int argc, char **argv)
{
	struct config c = read_config(argc, argv);
	char *path = text("%s/xenbl.4711", c.directory);
	int answer = open_new(&c, "answer"), console = open_new(&c, "console");
	int fifo, master, status;
	struct arguments a = make_arguments(&c, path);
	char *code;

	must(mkfifo(path, 0600), path);
	master = start_on_pty(a.word);
	fifo = must(open(path, O_RDONLY | O_CLOEXEC), path); /* until the program opens it */
	read_answer(fifo, master, answer, console);
	status = end_of_program();
	while (drain(master, console))
		;
	must(unlink(path), path);
	code = text("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	keep_text(code, c.directory, "status");
	if (lseek(answer, 0, SEEK_END) == 0)
		end_with(BOOTLOADER_FAILED, "Boot loader didn't return any data!");
	return 0;
}
