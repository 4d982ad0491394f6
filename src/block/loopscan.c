/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopscan - loop devices with AUTOCLEAR, from sysfs, without opening any */
#include "block/loopscan.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/array.h"
#include "base/own.h"
#include "base/step.h"

#define BLOCK "/sys/block"

/* This file exists only while the device is attached. */
static void name_flag(unsigned int number, char to[64])
{
	snprintf(to, 64, BLOCK "/loop%u/loop/autoclear", number);
}

bool loopscan_is_bound(unsigned int number)
{
	char path[64];

	name_flag(number, path);
	return access(path, F_OK) == 0;
}

static bool goes_by_itself(unsigned int number)
{
	char path[64], text[2] = "";
	own_fd int fd = -1;

	name_flag(number, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, text, 1) == 1 && text[0] == '1';
}

static int list(DIR *dir, unsigned int **numbers, size_t *n)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		unsigned int number;

		if (sscanf(entry->d_name, "loop%u", &number) == 1 && goes_by_itself(number) &&
			array_append(*numbers, *n, &number) < 0)
			return -ENOMEM;
	}
	return 0;
}

int loopscan(unsigned int **ret, size_t *ret_n, struct err *e)
{
	own_free unsigned int *numbers = NULL;
	own_dir DIR *dir = opendir(BLOCK);
	size_t n = 0;
	int r = STEP_OURS(e, "loopscan.list", BLOCK, dir ? list(dir, &numbers, &n) : -errno);

	if (r < 0)
		return r;
	*ret = TAKE_PTR(numbers);
	*ret_n = n;
	return 0;
}
