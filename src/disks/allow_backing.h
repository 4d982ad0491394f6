/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allow_backing - which of the host's files an image may refer to */
#ifndef DOMU_DISKS_ALLOW_BACKING_H
#define DOMU_DISKS_ALLOW_BACKING_H

#include <stddef.h>

#include "base/err.h"
#include "plan/plan.h"

struct reference {
	const struct plan *plan;
	const char *home;	/* files below it are allowed; absolute, resolved; "": none are */
	const char *from;	/* the path of the image that refers; relative names begin there */
	const char *subject;	/* the disk, for messages */
	const char *what;	/* "backing file" */
	const char *guest_name; /* what the image calls it */
};

/*
 * Opens it O_RDONLY when it is a plain file below one of the directories, whatever symlinks lead
 * there: judged is the file that was found, and that very one is opened. Its path goes to
 * ret_path[size]. Steps "backing.name", "backing.find", "backing.allowed", "backing.type",
 * "backing.open".
 */
int allow_backing_open(const struct reference *ref, char *ret_path, size_t size, struct err *e);

/* The directory in which the file that is open lies, symlinks resolved. Step "backing.find". */
int allow_backing_home(int fd, const char *subject, char *ret, size_t size, struct err *e);

#endif
