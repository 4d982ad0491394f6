/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamp - a file's identity and times, which change whenever the file does */
#include "fs/stamp.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/step.h"

static int64_t nanoseconds(const struct statx_timestamp *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

int stamp_read(int fd, const char *uuid, char to[STAMP_SIZE], struct err *e)
{
	struct statx st = {0};
	int r = STEP(e, "stamp.read", uuid,
		statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st));

	if (r < 0)
		return r;
	snprintf(to, STAMP_SIZE, "%s %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64, uuid,
		(uint64_t)st.stx_ino, st.stx_mask & STATX_BTIME ? nanoseconds(&st.stx_btime) : 0,
		nanoseconds(&st.stx_mtime), nanoseconds(&st.stx_ctime));
	return 0;
}
