/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract_tree - the modules of a kernel: a directory of the guest, with all that may leave it */
#ifndef DOMU_JOBS_EXTRACT_TREE_H
#define DOMU_JOBS_EXTRACT_TREE_H

#include "answer/manifest.h"
#include "disks/guest.h"

#define EXTRACT_DEPTH_MAX   16
#define EXTRACT_ENTRIES_MAX 100000
#define EXTRACT_SIZE_MAX    (UINT64_C(4) << 30) /* bytes */

/*
 * Copies /lib/modules/@release to a new directory @release in @to_fd: directories, regular
 * files (each hard link by itself), and symlinks that stay inside. Modes are 0755 and 0644 (0755
 * for what its owner may execute) less the umask, the owner is ours. Left out, and counted: links
 * that leave the tree, devices, FIFOs and sockets, other filesystems, and names that are not
 * printable ASCII. The walk is the keeper's, by descriptors and without following anything; the
 * reader copies the bytes. More than the bounds above is -EFBIG, step "tree.limit". *to, which is
 * empty, gets the names, the figures and the digest. @release "" is -ENOENT of the kernel
 * @guest_kernel. Steps "extract.release", "extract.modules", "tree.*", "copy.*".
 */
int extract_modules(struct guest *g, const char *release, const char *guest_kernel, int to_fd,
	struct manifest_tree *to, struct err *e);

/* A directory is made; a descriptor of it, or -1 with errno. */
int extract_make_dir(int at_fd, const char *name);

/*
 * Whether a symlink in a directory that lies @depth below the tree's top stays inside, whatever
 * the names on its way are: no path from the root, and ".." at its beginning only.
 */
bool extract_link_stays(const char *guest_target, unsigned int depth);

#endif
