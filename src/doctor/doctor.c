/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host can do, what it lacks, and what would mend it */
#include "doctor/doctor.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/hint.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/dm.h"
#include "block/loopdev.h"
#include "doctor/doctor_rows.h"
#include "doctor/reap.h"
#include "plan/plan_make.h"
#include "sys/caps.h"
#include "sys/host.h"

#define TRY_BYTES (1024 * 1024)

/* ---- the checks, a function a row ---- */

static void doctor_check_kernel(struct doctor *d)
{
	struct utsname u;

	if (uname(&u) == 0)
		doctor_found(doctor_add(d, "kernel", DOCTOR_OK), "%s %s %s", u.sysname, u.release,
			u.machine);
}

static void check_privileges(struct doctor *d)
{
	struct err why = {0};
	struct doctor_row *row;

	d->root = caps_require(&why) >= 0;
	row = doctor_add(d, "privileges", d->root ? DOCTOR_OK : DOCTOR_MISSING);
	doctor_found(row, "%s%s", d->root ? "all that are needed" : "lacking: ", why.subject);
	if (!d->root)
		doctor_mend(row, DOCTOR_AS_ROOT ", with these capabilities");
}

/* Really attaches one, read-only, to a file in memory. */
static int try_loop(struct err *e)
{
	SCOPE(s);
	own_fd int fd = STEP(e, "doctor.memory", "", fd_memory("domUloader", TRY_BYTES));
	struct loopdev_request rq = {.backing_fd = fd,
		.subject = "1 MiB of memory",
		.sector_size = 512,
		.tag = "doctor"};
	struct blkdev dev;
	int r = fd < 0 ? fd : loopdev_attach(&s, &rq, &dev, e);

	if (r >= 0 && scope_unwind(&s, e) > 0)
		r = e->code;
	return r;
}

static void check_loop(struct doctor *d)
{
	struct err why = {0};
	struct doctor_row *row;
	const char *advice;
	int r;

	if (!d->root) {
		doctor_unasked(d, "loop devices");
		return;
	}
	r = try_loop(&why);
	row = doctor_add(d, "loop devices", r < 0 ? DOCTOR_MISSING : DOCTOR_OK);
	if (r >= 0) {
		doctor_found(row, "one was attached read-only, and detached");
		return;
	}
	advice = hint_advice(&why);
	doctor_found(row, "%s: %s [%s]", hint_phrase(&why), strerror(-r), why.step);
	doctor_mend(row, "%s",
		advice ? advice : "the kernel's option CONFIG_BLK_DEV_LOOP; modprobe loop");
}

static void check_dm(struct doctor *d)
{
	struct doctor_row *row;
	char why[128] = "", version[64] = "";

	if (!d->root) {
		doctor_unasked(d, "device-mapper");
		return;
	}
	d->has_dm = dm_available(why, sizeof(why));
	row = doctor_add(d, "device-mapper", d->has_dm ? DOCTOR_OK : DOCTOR_LACKS);
	dm_version(version, sizeof(version));
	if (d->has_dm) {
		doctor_found(row, "version %s", version);
		return;
	}
	doctor_found(row, "the kernel has none here; partitions are mapped by loop devices");
	doctor_mend(row, "%s",
		host_module("dm-mod") ? "modprobe dm-mod"
				      : "the kernel's option CONFIG_BLK_DEV_DM");
}

static void check_snapshot(struct doctor *d)
{
	bool ready = d->has_dm && dm_has_target("snapshot");
	bool loadable = d->has_dm && host_module("dm-snapshot");
	struct doctor_row *row;

	if (!d->root) {
		doctor_unasked(d, "snapshot target");
		return;
	}
	row = doctor_add(d, "snapshot target", ready || loadable ? DOCTOR_OK : DOCTOR_LACKS);
	if (ready)
		doctor_found(row, "there");
	else if (loadable)
		doctor_found(row, "a module, loaded by its first use");
	else
		doctor_found(row, "not there");
	if (!ready && !loadable)
		doctor_mend(row, d->has_dm ? "the kernel's option CONFIG_DM_SNAPSHOT"
					   : "device-mapper, and CONFIG_DM_SNAPSHOT");
}

static void check_openat2(struct doctor *d)
{
	int r = host_openat2();
	struct doctor_row *row = doctor_add(d, "openat2", r < 0 ? DOCTOR_LACKS : DOCTOR_OK);

	if (r >= 0) {
		doctor_found(row, "there");
		return;
	}
	doctor_found(row, "%s; paths are followed by our own walk", strerror(-r));
	doctor_mend(
		row, r == -EPERM ? "a seccomp profile that allows openat2" : "Linux 5.6 or newer");
}

/* A missing default directory is made by the first run, if only the last part is missing. */
static bool can_be_made(const struct options *o, const char *dir)
{
	char parent[PATH_MAX];
	char *slash;

	if (o->output_directory)
		return false;
	snprintf(parent, sizeof(parent), "%s", dir);
	slash = strrchr(parent, '/');
	if (slash)
		*slash = '\0';
	return slash == parent || access(slash ? parent : ".", W_OK) == 0;
}

static void check_directory(struct doctor *d)
{
	const char *dir = d->o->output_directory ? d->o->output_directory : d->o->tmpdir;
	int r = host_tmpfile(dir);
	struct doctor_row *row = doctor_add(d, "directory of copies", DOCTOR_OK);

	if (r >= 0) {
		doctor_found(row, "%s, with O_TMPFILE", QUOTE(dir));
	} else if (r == -ENOENT && can_be_made(d->o, dir)) {
		doctor_found(row, "%s is made by the first run", QUOTE(dir));
	} else if (r == -EOPNOTSUPP || r == -EISDIR) {
		doctor_found(
			row, "%s, without O_TMPFILE: a kill may leave a hidden file", QUOTE(dir));
		row->state = DOCTOR_LACKS;
		doctor_mend(row, "a directory on ext4, xfs, btrfs or tmpfs");
	} else {
		doctor_found(row, "%s: %s", QUOTE(dir), strerror(-r));
		row->state = DOCTOR_LACKS;
		doctor_mend(row, "mkdir -p, or another with --output-directory, as toolstacks say");
	}
}

/* What the option of the kernel is called where it isn't CONFIG_NAME_FS. */
static const char *option_of(const char *fstype, char to[64])
{
	static const char *const others[][2] = {{"squashfs", "CONFIG_SQUASHFS"},
		{"ext3", "CONFIG_EXT4_FS"}, {"ext2", "CONFIG_EXT4_USE_FOR_EXT2"}};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i][0], fstype))
			return others[i][1];
	snprintf(to, 64, "CONFIG_%.31s_FS", fstype);
	for (i = strlen("CONFIG_"); to[i]; i++)
		to[i] = (char)toupper((unsigned char)to[i]);
	return to;
}

static void check_filesystem(struct doctor *d, const char *fstype)
{
	enum host_driver driver = host_filesystem(fstype);
	struct doctor_row *row =
		doctor_add(d, fstype, driver == HOST_ABSENT ? DOCTOR_LACKS : DOCTOR_OK);
	char option[64];

	row->group = "filesystem";
	d->n_mountable += driver != HOST_ABSENT;
	if (driver == HOST_READY)
		doctor_found(row, "can be mounted");
	else if (driver == HOST_LOADABLE)
		doctor_found(row, "a module, loaded by its first mount");
	else
		doctor_found(row, "not in this kernel");
	if (driver == HOST_ABSENT)
		doctor_mend(row, "%s, or the modules' package", option_of(fstype, option));
}

static int check_filesystems(struct doctor *d, struct err *e)
{
	struct plan plan = {0};
	int r = plan_filesystems(d->o->filesystems, &plan, e);

	for (unsigned int i = 0; r >= 0 && i < plan.n_filesystems; i++)
		check_filesystem(d, plan.filesystem[i]);
	return r;
}

static void check_udev_rule(struct doctor *d)
{
	char path[200] = "";
	struct doctor_row *row = doctor_add(d, "udev rule", DOCTOR_OK);

	if (host_udev_rule("-domUloader.rules", path, sizeof(path))) {
		doctor_found(row, "%s", path);
	} else if (!host_has_udevd() || (d->root && !d->has_dm)) {
		doctor_found(row, "not installed, and not needed: no %s here",
			host_has_udevd() ? "device-mapper" : "udevd");
	} else {
		row->state = DOCTOR_LACKS;
		doctor_found(
			row, "not installed: a guest's UUIDs show among the host's for a moment");
		doctor_mend(row, "make install puts scripts/udev/domUloader.rules in its place");
	}
}

static void check_leftovers(struct doctor *d)
{
	const char *const dirs[] = {d->o->tmpdir, d->o->output_directory};
	struct reaped reaped;
	struct err why = {0};
	struct doctor_row *row;
	int r;

	if (!d->root) {
		doctor_unasked(d, "leftovers");
		return;
	}
	r = reap_all(dirs, 2, NULL, true, NULL, &reaped, &why);
	row = doctor_add(d, "leftovers", r < 0 || reaped.done ? DOCTOR_LACKS : DOCTOR_OK);
	if (r < 0)
		doctor_found(row, "%s: %s [%s]", hint_phrase(&why), strerror(-r), why.step);
	else if (!reaped.done)
		doctor_found(row, "none");
	else
		doctor_found(row, "%u of killed runs", reaped.done);
	if (row->state != DOCTOR_OK)
		doctor_mend(row, "domUloader reap");
}

/* ---- all of it ---- */

static int doctor_check_all(struct doctor *d, struct err *e)
{
	int r;

	doctor_check_kernel(d);
	check_privileges(d);
	check_loop(d);
	check_dm(d);
	check_snapshot(d);
	doctor_tools(d);
	check_openat2(d);
	r = check_filesystems(d, e);
	check_directory(d);
	check_udev_rule(d);
	check_leftovers(d);
	return r;
}

static bool is_ready(const struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->row[i].state == DOCTOR_MISSING)
			return false;
	return true;
}

int doctor(const struct options *o, enum doctor_format format, FILE *to, struct err *e)
{
	own_free struct doctor *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(e, -ENOMEM, "doctor.memory", "%s", "");
	d->o = o;
	r = doctor_check_all(d, e);
	if (r < 0)
		return r;
	for (size_t i = 0; !d->n_mountable && i < d->n; i++)
		if (d->row[i].group)
			d->row[i].state = DOCTOR_MISSING;
	if (format == DOCTOR_JSON)
		r = answer_doctor_json(to, d->row, d->n, is_ready(d), e);
	else
		answer_doctor_text(to, d->row, d->n, is_ready(d), o->colour);
	return r < 0 ? r : is_ready(d);
}
