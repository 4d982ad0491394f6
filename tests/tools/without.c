/* SPDX-License-Identifier: GPL-2.0-or-later */
/* without - runs a program on a kernel that seems to lack a feature */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lack.h"

static const struct {
	const char *name;
	int (*lack)(void);
} things[] = {
	{"openat2", lack_openat2},
	{"O_TMPFILE", lack_o_tmpfile},
	{"renameat2", lack_renameat2},
	{"fsync", lack_fsync},
};

/* Returns 1 if there is no such feature. */
static int lack_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (!strcmp(things[i].name, name))
			return things[i].lack();
	return 1;
}

int main(int argc, char **argv)
{
	int r = argc > 2 ? lack_by_name(argv[1]) : 1;

	if (r > 0) {
		fprintf(stderr,
			"usage: without openat2|O_TMPFILE|renameat2|fsync PROGRAM [ARGUMENT]...\n");
		return 2;
	}
	if (r < 0) {
		perror("without: seccomp");
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
