/* SPDX-License-Identifier: GPL-2.0-or-later */
/* imagehead - what an image's header can say, as a bounded struct */
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

#endif
