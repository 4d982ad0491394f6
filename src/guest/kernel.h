/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - what a file's header says it is */
#ifndef DOMU_GUEST_KERNEL_H
#define DOMU_GUEST_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum kernel_kind { KERNEL_UNKNOWN, KERNEL_BZIMAGE, KERNEL_ELF, KERNEL_ARM64, KERNEL_ZBOOT };

/* What a kernel's Xen notes say; none of the bits: nobody has looked. */
#define XEN_LOOKED 1 /* they are known, perhaps to be none */
#define XEN_PV	   2 /* a PV guest can start it */
#define XEN_PVH	   4 /* a PVH guest can */

#define KERNEL_HEAD (64 * 1024) /* bytes of a file's start that are enough */

/* Fixed size: travels between processes; every string ended by NUL, printable ASCII only. */
struct kernel_info {
	enum kernel_kind kind;
	char version[128];    /* "6.1.0-56-amd64 (debian...) #1 SMP ..."; "" unknown: a header holds
				 it in a bzImage only */
	char compression[16]; /* of the payload, or of the file as a whole: gzip bzip2 xz zstd lzma
				 lzo lz4; "" none, or unknown (a bzImage before protocol 2.08) */
	char arch[16];	      /* x86, x86_64, arm64 ...; "" unknown (a bzImage before 2.12) */
	unsigned int packed;  /* 1: the file as a whole is compressed */
	unsigned int xen;     /* XEN_* */
	uint64_t payload_at, payload_size; /* what is compressed; size 0: unknown content */
};

/* "bzImage", "ELF", "arm64 Image", "EFI zboot", "unknown" */
const char *kernel_kind_name(enum kernel_kind kind);

/*
 * Looks at the first @len bytes (KERNEL_HEAD are enough) of a file of @file_size bytes. Recognised:
 * bzImage (x86 boot protocol: 0x55aa at 0x1fe, "HdrS"), ELF (32 and 64 bit, executables and shared
 * objects for a known machine), arm64 Image ("ARM\x64" at 0x38), EFI zboot ("MZ", "zimg"). A
 * compressed file is packed, and KERNEL_UNKNOWN as long as nobody has looked into it. Never reads
 * outside @bytes: all offsets in the header are the guest's.
 */
void kernel_identify(const uint8_t *bytes, size_t len, uint64_t file_size, struct kernel_info *ret);

/*
 * The same of the first @len bytes of what a packed file holds: its kind, version and architecture
 * become *info's; what is no kernel makes it unknown altogether.
 */
void kernel_identify_inside(const uint8_t *bytes, size_t len, struct kernel_info *info);

/* Whether it is what a loader without decompressors takes: ELF or arm64 Image, not compressed. */
int kernel_is_bare(const struct kernel_info *info);

#endif
