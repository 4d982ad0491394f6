/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopdev - read-only loop devices that the kernel detaches by itself */
#ifndef DOMU_BLOCK_LOOPDEV_H
#define DOMU_BLOCK_LOOPDEV_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

/* The marker in lo_file_name of our loop devices: "domUloader:TAG", with the run's tag. */
#define LOOPDEV_MARK "domUloader:"

struct loopdev_request {
	int backing_fd;	       /* opened O_RDONLY, owned by the caller; must outlive the device */
	const char *subject;   /* for messages, already quoted */
	uint64_t offset, size; /* bytes; size 0: to the end */
	unsigned int sector_size; /* 512 or 4096 */
	const char *tag;	  /* the run's, at most 16 characters */
	bool writable;		  /* a temporary store of ours; never for a guest's data */
	bool direct;		  /* bypass the page cache, if the backing file permits */
};

/*
 * Attach a loop device with LOOP_CONFIGURE (Linux 5.8): read-only unless writable, and AUTOCLEAR;
 * both are checked. The undo detaches it and checks that it is gone.
 * The device has a high number, which LOOP_CTL_GET_FREE does not return to others. It is added if
 * it does not exist, and stays for later runs. Without a node in /dev for it, the free device that
 * the kernel reports is used, with retries if others take it first. The node is locked with
 * flock(LOCK_EX) from before LOOP_CONFIGURE until it is detached. udev ignores a locked device, and
 * a lock that can be taken proves that the owner is dead.
 * @ret: fd is owned by the undo
 * Returns: 0, or a negative errno; steps "loop.*", undo "loop.clear"
 */
int loopdev_attach(
	struct scope *s, const struct loopdev_request *rq, struct blkdev *ret, struct err *e);

struct loopdev_seized {
	char node[32]; /* "/dev/loop7" */
	dev_t rdev;
	char tag[17]; /* of its run */
};

/*
 * Take over a killed run's loop device: one with our marker that can be locked. No other run takes
 * it until @s ends; the undo detaches it.
 * @tag: if not NULL, take only this run's, without locking: the caller knows that it is dead
 * Returns: 1 if taken; 0 if it is another's or not attached; or a negative errno, step "loop.seize"
 */
int loopdev_seize(struct scope *s, unsigned int number, const char *tag, struct loopdev_seized *ret,
	struct err *e);

#endif
