/* SPDX-License-Identifier: GPL-2.0-or-later */
/* without - runs a program on a kernel that seems to lack something */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a call answers instead of running. */
#define ANSWER(code) (SECCOMP_RET_ERRNO | ((code)&SECCOMP_RET_DATA))

/* Linux before 5.6. */
static struct sock_filter openat2[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, ANSWER(ENOSYS)),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* Filesystems such as 9p (little endian: the flags' low half). */
static struct sock_filter o_tmpfile[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TMPFILE),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_TMPFILE, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, ANSWER(EOPNOTSUPP)),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

#define PROGRAM(filter)                                                                            \
	{                                                                                          \
		sizeof(filter) / sizeof((filter)[0]), filter                                       \
	}

static const struct {
	const char *name;
	struct sock_fprog program;
} things[] = {
	{"openat2", PROGRAM(openat2)},
	{"O_TMPFILE", PROGRAM(o_tmpfile)},
};

static const struct sock_fprog *program_of(const char *name)
{
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (!strcmp(things[i].name, name))
			return &things[i].program;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct sock_fprog *program = argc > 2 ? program_of(argv[1]) : NULL;

	if (!program) {
		fprintf(stderr, "usage: without openat2|O_TMPFILE PROGRAM [ARGUMENT]...\n");
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) < 0) {
		perror("without: seccomp");
		return 125;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
