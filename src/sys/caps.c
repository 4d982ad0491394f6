/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps - capabilities: check, limit and drop them */
#include "sys/caps.h"

#include <grp.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/step.h"
#include "base/text.h"

/* A tool run as uid 0 gets the bounding set, so kpartx has these, too. */
static const struct {
	cap_value_t cap;
	const char *name;
	const char *why;
} needed[] = {
	{CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "mounts, loop devices, device-mapper, namespaces"},
	{CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE",
		"images, guest's files and directories of other users"},
	{CAP_SYS_CHROOT, "CAP_SYS_CHROOT", "the reader's empty root directory"},
	{CAP_SETUID, "CAP_SETUID", "the reader's user"},
	{CAP_SETGID, "CAP_SETGID", "the reader's groups"},
	{CAP_SETPCAP, "CAP_SETPCAP", "giving the other capabilities up for good"},
	{CAP_LEASE, "CAP_LEASE", "asking whether an image of another user is open for writing"},
	{CAP_MKNOD, "CAP_MKNOD", "device-mapper's nodes where no udev makes them"},
	{CAP_KILL, "CAP_KILL", "ending a reader, whose user is another"},
};

static void caps_free(cap_t *caps)
{
	if (*caps)
		cap_free(*caps);
}

#define own_caps __attribute__((cleanup(caps_free)))

static bool is_effective(cap_t caps, cap_value_t cap)
{
	cap_flag_value_t value = CAP_CLEAR;

	return cap_get_flag(caps, cap, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;
}

/*
 * Append the names of missing capabilities to to[size]. Returns what the first is for; NULL if none
 * is missing.
 */
static const char *list_missing(cap_t caps, char *to, size_t size)
{
	const char *why = NULL;

	for (size_t i = 0; i < COUNT(needed); i++) {
		if (is_effective(caps, needed[i].cap))
			continue;
		text_list(to, size, ", ", "%s", needed[i].name);
		why = why ? why : needed[i].why;
	}
	return why;
}

int caps_require(struct err *e)
{
	own_caps cap_t caps = NULL;
	char missing[160] = "";
	const char *why;
	int r = STEP(e, "caps.read", "", (caps = cap_get_proc()) ? 0 : -1);

	if (r < 0)
		return r;
	why = list_missing(caps, missing, sizeof(missing));
	if (!why)
		return 0;
	FAIL(e, -EPERM, "caps.require", "%s", missing);
	err_detail(e, "needed for %s, and the like", why);
	return -EPERM;
}

static bool is_needed(cap_value_t cap)
{
	for (size_t i = 0; i < COUNT(needed); i++)
		if (needed[i].cap == cap)
			return true;
	return false;
}

static bool is_servers(cap_value_t cap)
{
	return cap == CAP_SYS_ADMIN || cap == CAP_DAC_OVERRIDE;
}

/* Drop all others from the bounding set; if is_kept is NULL, all. */
static int shrink_bound(bool (*is_kept)(cap_value_t cap))
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (!(is_kept && is_kept(cap)) && cap_get_bound(cap) > 0 && cap_drop_bound(cap) < 0)
			return -1;
	return 0;
}

/*
 * Reduce the process's sets to the needed capabilities, or to none. The inheritable set becomes
 * empty and with it the ambient set, which the kernel keeps within the inheritable one.
 */
static int set_ours(bool keep_needed)
{
	own_caps cap_t caps = cap_init();

	if (!caps)
		return -1;
	for (size_t i = 0; keep_needed && i < COUNT(needed); i++)
		if (cap_set_flag(caps, CAP_PERMITTED, 1, &needed[i].cap, CAP_SET) < 0 ||
			cap_set_flag(caps, CAP_EFFECTIVE, 1, &needed[i].cap, CAP_SET) < 0)
			return -1;
	return cap_set_proc(caps);
}

int caps_limit(struct err *e)
{
	return STEP(e, "caps.limit", "", shrink_bound(is_needed) < 0 ? -1 : set_ours(true));
}

int caps_bound_server(void)
{
	return shrink_bound(is_servers) < 0 ? -errno : 0;
}

/* Without SECBIT_NO_SETUID_FIXUP the kernel would drop the file capabilities with fsuid 0. */
int caps_own_as(uid_t uid)
{
	if (cap_set_secbits(cap_get_secbits() | SECBIT_NO_SETUID_FIXUP) < 0)
		return -errno;
	setfsuid(uid);
	return 0;
}

static int leave_groups(uid_t uid, struct err *e)
{
	int r;

	if (uid == 0 || uid == (uid_t)-1) /* root, or "unchanged" for setresuid(2) */
		return FAIL(e, -EINVAL, "caps.choose", "user %u", uid);
	r = STEP(e, "caps.groups", "", setgroups(0, NULL));
	return r < 0 ? r : STEP(e, "caps.gid", "", setresgid(uid, uid, uid));
}

/* The bounding set and the securebits need CAP_SETPCAP, so they precede the uid. */
static int leave_root(uid_t uid, struct err *e)
{
	int r = STEP(e, "caps.bound", "", shrink_bound(NULL));

	if (r < 0)
		return r;
	/*
	 * From here on uid 0 grants no capabilities, not even on exec. Some containers forbid the
	 * call; the other measures suffice.
	 */
	cap_set_secbits((SECURE_ALL_BITS | SECURE_ALL_LOCKS) & ~SECBIT_KEEP_CAPS);
	r = STEP(e, "caps.uid", "", setresuid(uid, uid, uid));
	return r < 0 ? r : STEP(e, "caps.drop", "", set_ours(false));
}

int caps_become_nobody(uid_t uid, struct err *e)
{
	int r = leave_groups(uid, e);

	if (r >= 0)
		r = leave_root(uid, e);
	if (r >= 0)
		r = STEP(e, "caps.nnp", "", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (r >= 0)
		r = STEP(e, "caps.dumpable", "", prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
	return r;
}
