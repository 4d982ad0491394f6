/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - what a file's header says it is */
#ifndef DOMU_GUEST_KERNEL_H
#define DOMU_GUEST_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum kernel_kind { KERNEL_UNKNOWN, KERNEL_BZIMAGE, KERNEL_ELF, KERNEL_ARM64, KERNEL_GZIP };

/* Fixed size: travels between processes; every string ended by NUL, printable ASCII only. */
struct kernel_info {
	enum kernel_kind kind;
	char version[128];    /* a bzImage's "6.1.0-56-amd64 (debian...) #1 SMP ..."; "" none */
	char compression[16]; /* of a bzImage's payload (boot protocol 2.08 and newer): gzip bzip2
				 xz zstd lzma lzo lz4; "" unknown */
	char arch[16];	      /* x86, x86_64, arm64 ...; "" unknown (a bzImage before 2.12) */
};

/* "bzImage", "ELF", "arm64 Image", "gzip", "unknown" */
const char *kernel_kind_name(enum kernel_kind kind);

/*
 * Looks at the first @len bytes (64 KiB are enough) of a file of @file_size bytes. Recognised:
 * bzImage (x86 boot protocol: 0x55aa at 0x1fe, "HdrS"), ELF (32 and 64 bit, executables and shared
 * objects for a known machine), arm64 Image ("ARM\x64" at 0x38), and a gzip file whose inflated
 * beginning (zlib; at most 64 KiB are inflated) is one of these (kind KERNEL_GZIP, the rest
 * describes what is inside). Never reads outside @bytes: all offsets in the header are the guest's.
 * Returns 0 with *ret filled (KERNEL_UNKNOWN included), or -ENOMEM.
 */
int kernel_identify(const uint8_t *bytes, size_t len, uint64_t file_size, struct kernel_info *ret);

#endif
