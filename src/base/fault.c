/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault - makes a step fail on request; only in `make FAULTS=1` */
#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The section's bounds, which the linker makes; weak, so that a program without a step links too.
 */
extern const char *const __start_domu_steps[] __attribute__((weak));
extern const char *const __stop_domu_steps[] __attribute__((weak));

static struct shared {
	atomic_uint steps;
	atomic_uint undos;
} * shared;
static char *wanted[8];
static unsigned int n_wanted;
static int unwinding;

static const struct {
	const char *name;
	int value;
} errnos[] = {
	{"EIO", EIO},
	{"EBUSY", EBUSY},
	{"ENOMEM", ENOMEM},
	{"EPERM", EPERM},
	{"EACCES", EACCES},
	{"ENOENT", ENOENT},
	{"ENOSPC", ENOSPC},
	{"EINTR", EINTR},
	{"EINVAL", EINVAL},
	{"ENODEV", ENODEV},
	{"ENOSYS", ENOSYS},
	{"ENXIO", ENXIO},
	{"EAGAIN", EAGAIN},
	{"EROFS", EROFS},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"EEXIST", EEXIST},
	{"EMFILE", EMFILE},
	{"ETIMEDOUT", ETIMEDOUT},
	{"EXDEV", EXDEV},
	{"EUCLEAN", EUCLEAN},
};

void fault_init(void)
{
	const char *text = getenv("DOMU_FAULT");
	char *copy, *save = NULL;

	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
	if (!text || !(copy = strdup(text)))
		return;
	for (char *w = strtok_r(copy, ",", &save); w && n_wanted < 8;
		w = strtok_r(NULL, ",", &save))
		wanted[n_wanted++] = w;
}

void fault_unwinding(int on)
{
	unwinding += on ? 1 : -1;
}

unsigned int fault_count(void)
{
	return shared ? atomic_load(&shared->steps) : 0;
}

static int act_on(const char *action)
{
	if (!strcmp(action, "KILL"))
		raise(SIGKILL);
	if (!strncmp(action, "STOP:", 5)) {
		close(open(action + 5, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
		for (;;)
			pause();
	}
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (!strcmp(action, errnos[i].name))
			return -errnos[i].value;
	return -abs(atoi(action));
}

static int matches(
	const char *want, size_t len, const char *name, unsigned int step, unsigned int undo)
{
	if (!strncmp(want, "undo#", 5))
		return undo && strtoul(want + 5, NULL, 10) == undo;
	if (want[0] == '#')
		return strtoul(want + 1, NULL, 10) == step;
	return strlen(name) == len && !strncmp(want, name, len);
}

int fault_hit(const char *name)
{
	unsigned int step, undo = 0;

	if (!shared)
		return 0;
	step = atomic_fetch_add(&shared->steps, 1) + 1;
	if (unwinding)
		undo = atomic_fetch_add(&shared->undos, 1) + 1;
	for (unsigned int i = 0; i < n_wanted; i++) {
		const char *eq = strchr(wanted[i], '=');

		if (eq && matches(wanted[i], (size_t)(eq - wanted[i]), name, step, undo))
			return act_on(eq + 1);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void fault_list_steps(void)
{
	size_t n = (size_t)(__stop_domu_steps - __start_domu_steps);
	const char **names = calloc(n + 1, sizeof(*names));

	if (!names)
		abort();
	memcpy(names, __start_domu_steps, n * sizeof(*names));
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		if (names[i] && (i == 0 || strcmp(names[i], names[i - 1])))
			puts(names[i]);
	free(names);
}
