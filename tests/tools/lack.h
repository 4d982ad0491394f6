/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lack - makes the kernel seem to lack a feature, for the rest of this process */
#ifndef DOMU_TESTS_LACK_H
#define DOMU_TESTS_LACK_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* The result of a system call that does not run. */
#define LACK_ANSWER(code) (SECCOMP_RET_ERRNO | (SECCOMP_RET_DATA & (code)))

/* Returns 0, or -1 and errno; children inherit the filter. */
static inline int lack(struct sock_filter *filter, size_t n)
{
	struct sock_fprog program = {(unsigned short)n, filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static inline int lack_call(unsigned int number, unsigned int code)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, LACK_ANSWER(code)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return lack(filter, sizeof(filter) / sizeof(filter[0]));
}

/* Linux before 5.6. */
static inline int lack_openat2(void)
{
	return lack_call(SYS_openat2, ENOSYS);
}

/* A filesystem without RENAME_NOREPLACE and RENAME_EXCHANGE. */
static inline int lack_renameat2(void)
{
	return lack_call(SYS_renameat2, EINVAL);
}

/* A disk that fails. */
static inline int lack_fsync(void)
{
	return lack_call(SYS_fsync, EIO);
}

/* Filesystems such as 9p (little endian: the flags' low half). */
static inline int lack_o_tmpfile(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TMPFILE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_TMPFILE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, LACK_ANSWER(EOPNOTSUPP)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return lack(filter, sizeof(filter) / sizeof(filter[0]));
}

#endif
