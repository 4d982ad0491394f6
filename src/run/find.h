/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find - a device as the guest names it, looked up among the guest's disks and nowhere else */
#ifndef DOMU_RUN_FIND_H
#define DOMU_RUN_FIND_H

#include "run/guest.h"

/*
 * The one volume that @want names. -ENOENT when there is none (step "find.none", the detail lists
 * what there is), -ENOTUNIQ when more than one is meant (step "find.ambiguous", the detail lists
 * them). Only what must be opened to know is opened.
 */
int find_volume(struct guest *g, const struct devspec *want, struct volume *ret, struct err *e);

/*
 * Calls @each for every volume of every disk that may hold a filesystem, until it returns something
 * else than 0, which is returned.
 */
typedef int (*find_each_fn)(struct guest *g, const struct volume *v, void *arg, struct err *e);
int find_each(struct guest *g, find_each_fn each, void *arg, struct err *e);

/*
 * What is known of the superblock there, read once. 1 known, 0 nothing there that libblkid knows.
 */
int volume_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * True for a failure that speaks against a partition only (it can't be probed, mapped or mounted),
 * and not against this host or the whole run: a search goes on with the next one.
 */
bool find_is_about_volume(const struct err *e);

/* "partition xvda2 of '/srv/guest.img'" */
const char *volume_subject(const struct volume *v, char *to, size_t size);

#endif
