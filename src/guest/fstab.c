/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab - a guest's fstab: which filesystem contains a path */
#include "guest/fstab.h"

#include <string.h>

#include "base/text.h"
#include "syntax/subvol.h"

/* Filesystems without a block device; "none" is for bind mounts. */
static const char *const no_device[] = {"9p", "afs", "aufs", "autofs", "bind", "binfmt_misc", "bpf",
	"ceph", "cgroup", "cgroup2", "cifs", "coda", "configfs", "davfs", "debugfs", "devpts",
	"devtmpfs", "ecryptfs", "efivarfs", "fusectl", "glusterfs", "hugetlbfs", "ignore", "lustre",
	"mqueue", "ncp", "ncpfs", "nfs", "nfs4", "nfsd", "none", "overlay", "overlayfs", "proc",
	"pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "smb3", "smbfs", "swap",
	"sysfs", "tmpfs", "tracefs", "usbfs", "virtiofs", "zfs", NULL};

static bool has_option(const char *options, const char *name)
{
	while (*options) {
		size_t n = strcspn(options, ",");

		if (text_is(options, n, name))
			return true;
		options += n + (options[n] == ',');
	}
	return false;
}

/* The length of the path without its last component. */
static size_t parent_len(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

/* Write the canonical form of an absolute path, "" for the root; false if it does not fit. */
static bool canonical(const char *path, char *to, size_t size)
{
	size_t len = 0;

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t n = strcspn(path, "/");

		if (text_is(path, n, "..")) {
			len = parent_len(to, len);
		} else if (!text_is(path, n, ".")) {
			if (len + 1 + n >= size)
				return false;
			to[len] = '/';
			memcpy(to + len + 1, path, n);
			len += 1 + n;
		}
		path += n;
	}
	to[len] = '\0';
	return true;
}

static struct fstab_mount *place_for(struct fstab *fstab, const char *target, bool noauto)
{
	for (unsigned int i = 0; i < fstab->n; i++)
		if (!strcmp(fstab->mount[i].target, target))
			return noauto ? NULL : &fstab->mount[i];
	if (fstab->n < FSTAB_MOUNTS_MAX)
		return &fstab->mount[fstab->n++];
	fstab->dropped++;
	return NULL;
}

static bool fstab_read_line(
	const char *target, const char *fstype, const char *options, struct fstab_mount *to)
{
	if (!canonical(target, to->target, sizeof(to->target)))
		return false;
	if (strlen(fstype) >= sizeof(to->fstype))
		return false;
	memcpy(to->fstype, fstype, strlen(fstype) + 1);
	to->optional = has_option(options, "noauto") || has_option(options, "nofail");
	return subvol_of_options(options, to->subvol, sizeof(to->subvol));
}

static bool matters(const char *source, const char *target, const char *fstype, const char *options)
{
	return *source && *target == '/' && strncmp(fstype, "fuse.", 5) != 0 &&
	       !text_is_one_of(fstype, no_device) && !has_option(options, "bind") &&
	       !has_option(options, "rbind");
}

void fstab_consider(struct fstab *fstab, const char *source, const char *target, const char *fstype,
	const char *options)
{
	struct fstab_mount line = {0}, *place;

	source = source ? source : "";
	target = target ? target : "";
	fstype = fstype ? fstype : "";
	options = options ? options : "";
	if (!matters(source, target, fstype, options))
		return;
	if (devspec_parse(source, &line.source, NULL) < 0) {
		fstab->dropped++;
		return;
	}
	if (line.source.kind == DEVSPEC_FOREIGN)
		return;
	if (!fstab_read_line(target, fstype, options, &line)) {
		fstab->dropped++;
		return;
	}
	if (!line.target[0]) {
		memcpy(fstab->root_subvol, line.subvol, sizeof(fstab->root_subvol));
		return;
	}
	place = place_for(fstab, line.target, has_option(options, "noauto"));
	if (place)
		*place = line;
}

const struct fstab_mount *fstab_at(const struct fstab *fstab, const char *guest_dir)
{
	for (unsigned int i = 0; i < fstab->n; i++)
		if (!strcmp(fstab->mount[i].target, guest_dir))
			return &fstab->mount[i];
	return NULL;
}
