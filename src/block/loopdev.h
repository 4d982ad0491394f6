/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loopdev - read-only loop devices that the kernel takes back by itself */
#ifndef DOMU_BLOCK_LOOPDEV_H
#define DOMU_BLOCK_LOOPDEV_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

/* The mark in lo_file_name of every loop device of ours: "domUloader:TAG", TAG being the run's. */
#define LOOPDEV_MARK "domUloader:"

struct loopdev_request {
	int backing_fd;	       /* opened O_RDONLY; stays the caller's and must outlive the device */
	const char *subject;   /* what it is, for messages, already quoted */
	uint64_t offset, size; /* bytes; size 0: to the end */
	unsigned int sector_size; /* 512 or 4096 */
	const char *tag;	  /* the run's, at most 16 characters */
	bool writable; /* a throw-away store of ours: never for anything of the guest's */
	bool direct;   /* past the host's page cache, where the backing allows it */
};

/*
 * Attaches with LOOP_CONFIGURE (Linux 5.8): READ_ONLY (unless writable) and AUTOCLEAR, both
 * read back; DIRECT_IO where it is asked for and can be. The device is none that others have been
 * told is free: it has a high number of ours, is added where there is none, and serves again. Only
 * where /dev has no node for it, it is the free one that the kernel names; a race for it is lost
 * and tried again. The node is held with flock(LOCK_EX) from before it is configured until it is
 * gone: udev leaves such a device alone, and a lock that can be had says that the owner is dead.
 * The undo detaches and asks the kernel whether it really did. Steps "loop.*".
 */
int loopdev_attach(
	struct scope *s, const struct loopdev_request *rq, struct blkdev *ret, struct err *e);

struct loopdev_seized {
	char node[32]; /* "/dev/loop7" */
	dev_t rdev;
	char tag[17]; /* of the run that made it */
};

/*
 * What a killed run left: takes hold of the loop device @number when it bears our mark and its lock
 * can be had, so that its owner is dead; with @tag (else NULL) when it is that run's, which the
 * caller knows to be dead. Until @s ends no other run takes it; the undo detaches it. Returns 1, 0
 * when it is none of these, negative errno. Step "loop.seize".
 */
int loopdev_seize(struct scope *s, unsigned int number, const char *tag, struct loopdev_seized *ret,
	struct err *e);

#endif
