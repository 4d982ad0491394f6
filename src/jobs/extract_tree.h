/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract_tree - copy a kernel's modules: a directory of the guest, without what leads out of it */
#ifndef DOMU_JOBS_EXTRACT_TREE_H
#define DOMU_JOBS_EXTRACT_TREE_H

#include "answer/manifest.h"
#include "disks/guest.h"

#define EXTRACT_DEPTH_MAX   16
#define EXTRACT_ENTRIES_MAX 100000
#define EXTRACT_SIZE_MAX    (UINT64_C(4) << 30) /* bytes */

/*
 * Copy /lib/modules/@release to a new directory @release in @to_fd.
 * Directories, regular files and symlinks that stay inside are copied; each hard link becomes a
 * file of its own. The copies belong to the calling user. Modes are 0755 and 0644 (0755 if the
 * owner may execute the file), less the umask.
 * Skipped and counted: symlinks that leave the tree, devices, FIFOs and sockets, other filesystems,
 * and names that are not printable ASCII.
 * The keeper walks the directories, through descriptors and without following symlinks. The reader
 * copies the data.
 * @guest_kernel: the kernel's path, for the error if @release is ""
 * @to: must be empty; gets names, figures and the digest
 * Errors: -ENOENT, step "extract.release", if @release is ""; -EFBIG, step "tree.limit", beyond the
 * bounds above; steps "extract.modules", "tree.*", "copy.*"; those of source.h
 */
int extract_modules(struct guest *g, const char *release, const char *guest_kernel, int to_fd,
	struct manifest_tree *to, struct err *e);

/*
 * Create a directory and open it.
 * Returns: a descriptor, or -1 and errno
 */
int extract_make_dir(int at_fd, const char *name);

/*
 * Whether a symlink's target stays inside the tree, whatever the names in it are: it is relative,
 * and has ".." at its start only.
 * @depth: of the symlink's directory below the top of the tree
 */
bool extract_link_stays(const char *guest_target, unsigned int depth);

#endif
