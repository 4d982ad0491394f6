/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract_tree - a directory of the guest's copied with all that may leave it */
#ifndef DOMU_JOBS_EXTRACT_TREE_H
#define DOMU_JOBS_EXTRACT_TREE_H

#include "answer/manifest.h"
#include "disks/guest.h"

#define EXTRACT_DEPTH_MAX   16
#define EXTRACT_ENTRIES_MAX 100000
#define EXTRACT_SIZE_MAX    (UINT64_C(4) << 30) /* bytes */

/*
 * Copies what is below the guest's directory to->guest_path (canonical) to @to_fd: directories,
 * regular files (each hard link by itself), and symlinks that stay inside. Modes are 0755 and 0644
 * (0755 for what its owner may execute) less the umask, the owner is ours. Left out, and counted:
 * links that leave the tree, devices, FIFOs and sockets, other filesystems, and names that are not
 * printable ASCII. The walk is the keeper's, by descriptors and without following anything; the
 * reader copies the bytes. More than the bounds above is -EFBIG, step "tree.limit". *to gets the
 * figures and the digest. Steps "tree.*", "copy.*".
 */
int extract_tree(struct guest *g, int to_fd, struct manifest_tree *to, struct err *e);

/*
 * Whether a symlink in a directory that lies @depth below the tree's top stays inside, whatever
 * the names on its way are: no path from the root, and ".." at its beginning only.
 */
bool extract_link_stays(const char *guest_target, unsigned int depth);

#endif
