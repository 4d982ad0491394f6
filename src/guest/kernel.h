/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - identify a kernel by its file's header */
#ifndef DOMU_GUEST_KERNEL_H
#define DOMU_GUEST_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum kernel_kind { KERNEL_UNKNOWN, KERNEL_BZIMAGE, KERNEL_ELF, KERNEL_ARM64, KERNEL_ZBOOT };

/* Boot modes that a kernel's Xen notes declare; 0 if unknown. */
#define XEN_LOOKED 1 /* known, maybe none */
#define XEN_PV	   2 /* boots as PV */
#define XEN_PVH	   4 /* boots as PVH */

#define KERNEL_HEAD (64 * 1024) /* bytes at a file's start that suffice */

/* Fixed size, as it is sent between processes. Strings are NUL-terminated printable ASCII. */
struct kernel_info {
	enum kernel_kind kind;
	char version[128];    /* "6.1.0-56-amd64 (debian...) #1 SMP ..."; "" if unknown: only a
				 bzImage's header has it */
	char compression[16]; /* of the payload or the file: gzip bzip2 xz zstd lzma lzo lz4; "" if
				 none or unknown (bzImage before protocol 2.08) */
	char arch[16];	      /* x86, x86_64, arm64 ...; "" if unknown (bzImage before 2.12) */
	unsigned int packed;  /* 1: the whole file is compressed */
	unsigned int xen;     /* XEN_* */
	uint64_t payload_at, payload_size; /* the compressed part; size 0 if none */
};

/*
 * Return "bzImage", "ELF", "arm64 Image", "EFI zboot" or "unknown". Accepts any value, as it may
 * come from the reader.
 */
const char *kernel_kind_name(enum kernel_kind kind);

/*
 * Identify a file by its first bytes. Recognized are bzImage (x86 boot protocol: 0x55aa at 0x1fe,
 * "HdrS"), ELF (32 and 64 bit, executables and shared objects of a known machine), arm64 Image
 * ("ARM\x64" at 0x38) and EFI zboot ("MZ", "zimg"). A compressed file is packed and KERNEL_UNKNOWN
 * until kernel_identify_inside(). Reads only within @bytes: all offsets in the header are the
 * guest's.
 * @len: number of bytes; KERNEL_HEAD suffice
 * @file_size: size of the whole file
 */
void kernel_identify(const uint8_t *bytes, size_t len, uint64_t file_size, struct kernel_info *ret);

/*
 * Identify the content of a packed file by its first bytes.
 * @info: the packed file's, updated with kind, version and architecture; cleared if the content is
 * no kernel
 */
void kernel_identify_inside(const uint8_t *bytes, size_t len, struct kernel_info *info);

/* Test whether a loader without decompressors accepts it: an ELF or arm64 Image, not compressed. */
int kernel_is_bare(const struct kernel_info *info);

#endif
