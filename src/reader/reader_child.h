/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_child - the reader process: confinement and requests; the messages on its socket */
#ifndef DOMU_READER_READER_CHILD_H
#define DOMU_READER_READER_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "block/probe.h"
#include "guest/fsstate.h"
#include "guest/fstab.h"
#include "guest/lvmreport.h"
#include "image/header.h"
#include "reader/reader_kernel.h"
#include "sys/wire.h"

enum question {
	ASK_TABLE,
	ASK_SUPERBLOCK,
	ASK_FSSTATE,
	ASK_FSTAB,
	ASK_KERNEL,
	ASK_LVM,
	ASK_IMAGE,
	ASK_IMAGEHEAD,
	ASK_COPY,
	ASK_COMPARE,
	ASK_UNPACK,
	ASK_COMPARE_UNPACKED
};

struct request {
	enum question question;
	uint64_t offset, size, limit, at;
	bool checksum;
	bool has_image, share; /* of a copy: the device at @offset, with @size bytes */
	char fstype[32];
	enum image_format format;
	char subject[sizeof(((struct err *)0)->subject)];
};

struct reply {
	int32_t result; /* if < 0, err has the error */
	struct wire_err err;
	union answer {
		struct part_table table;
		struct superblock superblock;
		struct fsstate fsstate;
		struct fstab fstab;
		struct kernel_info kernel;
		struct copied copied;
		struct lvm_report lvm;
		struct unpacked unpacked;
		struct imagehead imagehead;
	} answer;
};

#define REPLY_HEAD offsetof(struct reply, answer) /* bytes that every reply has */

/* Return the size of the reply to this question, without room for other results. */
size_t reader_reply_size(enum question question);

/*
 * Run the reader process: confine it, send a reply's head with the result, then serve requests
 * until the socket is closed. Does not return.
 * @parent: the keeper; its death ends the reader
 */
void reader_child(int socket_fd, pid_t parent, uid_t uid, const char *empty_dir)
	__attribute__((noreturn));

#endif
