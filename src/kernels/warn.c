/* SPDX-License-Identifier: GPL-2.0-or-later */
/* warn - warn about a kernel that will not boot */
#include "kernels/warn.h"

#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "sys/host.h"

/* The first Xen version whose toolstack decompresses it. All versions do the others. */
static const struct {
	const char *compression;
	unsigned int major, minor;
} since[] = {{"lz4", 4, 4}, {"zstd", 4, 15}};

static void advise_payload(const char *compression, const struct host_xen *xen)
{
	for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
		if (strcmp(since[i].compression, compression) != 0 || xen->major > since[i].major ||
			(xen->major == since[i].major && xen->minor >= since[i].minor))
			continue;
		log_warn("Xen %u.%u cannot unpack a kernel compressed with %s, %u.%u and "
			 "newer can: use --decompress to return the ELF in it",
			xen->major, xen->minor, compression, since[i].major, since[i].minor);
	}
}

static void advise_format(const struct kernel_info *k, const struct host_xen *xen)
{
	if (k->packed && strcmp(k->compression, "gzip") != 0)
		log_warn("Xen cannot unpack an %s compressed with %s: use --decompress",
			kernel_kind_name(k->kind), QUOTE(k->compression));
	else if (k->kind == KERNEL_ZBOOT)
		log_warn(
			"Xen cannot boot an EFI zboot kernel: use --decompress to return the Image in it");
	else if (k->kind == KERNEL_BZIMAGE && !k->packed)
		advise_payload(k->compression, xen);
}

static void advise_xen(const struct fetched *f)
{
	struct host_xen xen;

	if (!host_xen(&xen))
		return;
	if (!f->unpacked)
		advise_format(&f->kernel, &xen);
	if (f->kernel.xen == XEN_LOOKED)
		log_warn("the kernel has no Xen notes: it cannot boot as a PV or PVH guest");
}

void warn_kernel(const struct fetched *f)
{
	char release[RELEASE_SIZE];

	advise_xen(f);
	if (f->modules != MODULES_MISSING)
		return;
	modules_release(f->kernel.version, release);
	log_warn("the guest has no /lib/modules/%s, so its kernel has no modules: install them "
		 "in the guest, or specify the kernel whose modules it has",
		release);
}
