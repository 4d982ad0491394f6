/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead - the content of an image's header, as a bounded struct */
#ifndef DOMU_IMAGE_IMAGEHEAD_H
#define DOMU_IMAGE_IMAGEHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum image_format {
	IMAGE_RAW,
	IMAGE_QCOW2,
	IMAGE_VMDK,
	IMAGE_VHD,
	IMAGE_VHDX,
	IMAGE_VDI,
	IMAGE_FORMATS
};

#define IMAGE_NAME_MAX	  1024 /* bytes with NUL; qemu's limit */
#define IMAGE_EXTENTS_MAX 128
#define IMAGE_TABLE_MAX	  (128u << 20) /* bytes of a table that a reader allocates */

struct image_extent {
	char guest_name[256];
	uint64_t sectors; /* of 512 bytes */
	uint64_t offset;  /* sectors from the start of the file */
	bool flat;	  /* raw; else a sparse file with its own header */
};

/* Sent between processes as it is. */
struct imagehead {
	uint64_t size; /* bytes of the guest's disk; 0 if the header is not exact */
	bool has_data_file;
	bool is_part;			    /* one of several files, without the descriptor */
	char guest_backing[IMAGE_NAME_MAX]; /* "" if none */
	char guest_backing_format[16];	    /* "" if not recorded */
	char guest_data_file[IMAGE_NAME_MAX];
	uint32_t n_extents; /* if > 0, the file is a descriptor of these extents */
	struct image_extent extent[IMAGE_EXTENTS_MAX];
};

/*
 * Access to the file. read() is as pread(2), but returns a negative errno on failure; it reads less
 * at the end of the file.
 */
struct image_source {
	int64_t (*read)(void *arg, uint64_t offset, void *to, size_t len);
	void *arg;
	uint64_t size; /* size of the file, in bytes */
};

#endif
