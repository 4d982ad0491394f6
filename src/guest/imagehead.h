/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead - what an image's header says of it: its size, and the other files it refers to */
#ifndef DOMU_GUEST_IMAGEHEAD_H
#define DOMU_GUEST_IMAGEHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum image_format {
	IMAGE_RAW,
	IMAGE_QCOW2,
	IMAGE_VMDK,
	IMAGE_VHD,
	IMAGE_VHDX,
	IMAGE_VDI,
	IMAGE_FORMATS
};

/* By the name that a configuration or a header uses; -1 for one that is not read. */
int image_format_by_name(const char *name);
const char *image_format_name(enum image_format format);
/* What qemu calls its driver. */
const char *image_format_driver(enum image_format format);

#define IMAGE_NAME_MAX	  1024 /* bytes, with the NUL: what qemu takes */
#define IMAGE_EXTENTS_MAX 128
#define IMAGE_TABLE_MAX	  (128u << 20) /* bytes of a table that a header may ask memory for */

struct image_extent {
	char guest_name[256];
	uint64_t sectors; /* of 512 bytes */
	uint64_t offset;  /* sectors into the file */
	bool flat;	  /* raw bytes, else a sparse file with a header of its own */
};

/* Travels between processes as it is. */
struct imagehead {
	uint64_t size; /* bytes of the disk in it; 0: the header does not say exactly */
	bool has_data_file;
	bool is_part; /* one of several files, and not the one that describes them */
	char guest_backing[IMAGE_NAME_MAX]; /* "": none */
	char guest_backing_format[16];	    /* "": not recorded */
	char guest_data_file[IMAGE_NAME_MAX];
	uint32_t n_extents; /* > 0: the file is but a description, the disk is in these */
	struct image_extent extent[IMAGE_EXTENTS_MAX];
};

/* How the bytes are had: as pread(2), negative errno on failure. Fewer at the file's end. */
struct image_source {
	int64_t (*read)(void *arg, uint64_t offset, void *to, size_t len);
	void *arg;
	uint64_t size; /* bytes of the file */
};

/*
 * Reads the header of an image of that format. Nothing in it is believed that would let its reader
 * ask for much memory, or that contradicts the file's size. @subject is for messages. Fails with
 *  "imagehead.read"    the bytes can't be had
 *  "imagehead.format"  -EMEDIUMTYPE: it is no such image
 *  "imagehead.broken"  -EBADMSG: it is one, and can't be right
 *  "imagehead.kind"    -EOPNOTSUPP: encrypted, a difference to another image, newer than is known
 * and says why in the detail.
 */
int imagehead_read(enum image_format format, const struct image_source *from, const char *subject,
	struct imagehead *ret, struct err *e);

#endif
