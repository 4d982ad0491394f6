/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host supports, what is missing, and how to fix it */
#include "doctor/doctor.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/hint.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "block/dm.h"
#include "block/loopdev.h"
#include "doctor/doctor_rows.h"
#include "doctor/reap.h"
#include "plan/plan_make.h"
#include "sys/caps.h"
#include "sys/host.h"

#define TRY_BYTES (1024 * 1024)

/* ---- the checks, one function per row ---- */

static void doctor_check_kernel(struct doctor *d)
{
	struct utsname u;

	if (uname(&u) == 0)
		doctor_add(
			d, "kernel", DOCTOR_OK, NULL, "%s %s %s", u.sysname, u.release, u.machine);
}

static void check_privileges(struct doctor *d)
{
	struct err why = {0};

	d->root = caps_require(&why) >= 0;
	doctor_add(d, "privileges", d->root ? DOCTOR_OK : DOCTOR_MISSING,
		DOCTOR_AS_ROOT ", with these capabilities", "%s%s",
		d->root ? "all that are needed" : "lacking: ", why.subject);
}

/* Attach a loop device read-only to a file in memory, and detach it. */
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
	const char *advice;
	int r = try_loop(&why);

	if (r >= 0) {
		doctor_add(d, "loop devices", DOCTOR_OK, NULL,
			"one was attached read-only, and detached");
		return;
	}
	advice = hint_advice(&why);
	doctor_add(d, "loop devices", DOCTOR_MISSING,
		advice ? advice : "the kernel's option CONFIG_BLK_DEV_LOOP; modprobe loop",
		"%s [%s]", HINT_LINE(&why, ""), why.step);
}

static void check_dm(struct doctor *d)
{
	char why[128] = "", version[64] = "";

	d->has_dm = dm_available(why, sizeof(why));
	dm_version(version, sizeof(version));
	if (d->has_dm)
		doctor_add(d, "device-mapper", DOCTOR_OK, NULL, "version %s", version);
	else
		doctor_add(d, "device-mapper", DOCTOR_LACKS,
			host_module("dm-mod") ? "modprobe dm-mod"
					      : "the kernel's option CONFIG_BLK_DEV_DM",
			"the kernel has none here; partitions are mapped by loop devices");
}

static void check_snapshot(struct doctor *d)
{
	bool ready = d->has_dm && dm_has_target("snapshot");
	bool loadable = d->has_dm && host_module("dm-snapshot");

	doctor_add(d, "snapshot target", ready || loadable ? DOCTOR_OK : DOCTOR_LACKS,
		d->has_dm ? "the kernel's option CONFIG_DM_SNAPSHOT"
			  : "device-mapper, and CONFIG_DM_SNAPSHOT",
		"%s",
		ready	   ? "there"
		: loadable ? "a module, loaded by its first use"
			   : "not there");
}

static void check_openat2(struct doctor *d)
{
	int r = host_openat2();

	if (r >= 0)
		doctor_add(d, "openat2", DOCTOR_OK, NULL, "there");
	else
		doctor_add(d, "openat2", DOCTOR_LACKS,
			r == -EPERM ? "a seccomp profile that allows openat2"
				    : "Linux 5.6 or newer",
			"%s; paths are followed by our own walk", strerror(-r));
}

/* Finds the directory that the user must create: a run creates only the last level. */
static void missing_part(const struct options *o, const char *dir, char to[PATH_MAX])
{
	char *slash;

	snprintf(to, PATH_MAX, "%.*s", (int)text_dir_length(dir), dir);
	slash = strrchr(to, '/');
	if (o->output_directory)
		return;
	if (slash)
		slash[slash == to] = '\0';
	else
		strcpy(to, ".");
}

static void check_missing_directory(struct doctor *d, const char *dir, int code)
{
	const char *option = d->o->output_directory ? "--output-directory" : "--tmpdir";
	char missing[PATH_MAX], fix[sizeof(d->row[0].fix)];

	missing_part(d->o, dir, missing);
	if (code == -ENOENT && access(missing, W_OK) == 0) {
		doctor_add(d, "directory of copies", DOCTOR_OK, NULL, "%s is made by the first run",
			QUOTE(dir));
		return;
	}
	if (code == -ENOENT && access(missing, F_OK) < 0)
		snprintf(fix, sizeof(fix),
			"mkdir -p %.130s, or specify another one with %s=", QUOTE(missing), option);
	else
		snprintf(fix, sizeof(fix), "specify another one with %s=", option);
	doctor_add(d, "directory of copies", DOCTOR_MISSING, fix, "%s: %s", QUOTE(dir),
		strerror(-code));
}

static void check_directory(struct doctor *d)
{
	const char *dir = d->o->output_directory ? d->o->output_directory : d->o->tmpdir;
	int r = host_tmpfile(dir);

	if (r >= 0)
		doctor_add(d, "directory of copies", DOCTOR_OK, NULL, "%s, with O_TMPFILE",
			QUOTE(dir));
	else if (r == -EOPNOTSUPP || r == -EISDIR)
		doctor_add(d, "directory of copies", DOCTOR_LACKS,
			"a directory on ext4, xfs, btrfs or tmpfs",
			"%s, without O_TMPFILE: a kill may leave a hidden file", QUOTE(dir));
	else
		check_missing_directory(d, dir, r);
}

/* The kernel option of a filesystem, where its name is not CONFIG_NAME_FS. */
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
	static const char *const found[] = {[HOST_READY] = "can be mounted",
		[HOST_LOADABLE] = "a module, loaded by its first mount",
		[HOST_ABSENT] = "not in this kernel"};
	enum host_driver driver = host_filesystem(fstype);
	char option[64], fix[100];

	snprintf(fix, sizeof(fix), "%s, or the modules' package", option_of(fstype, option));
	doctor_add(d, fstype, driver == HOST_ABSENT ? DOCTOR_LACKS : DOCTOR_OK, fix, "%s",
		found[driver])
		->group = "filesystem";
	d->n_mountable += driver != HOST_ABSENT;
}

static void check_udev_rule(struct doctor *d)
{
	char path[200] = "";

	if (host_udev_rule("-domUloader.rules", path, sizeof(path)))
		doctor_add(d, "udev rule", DOCTOR_OK, NULL, "%s", path);
	else if (!host_has_udevd() || (d->root && !d->has_dm))
		doctor_add(d, "udev rule", DOCTOR_OK, NULL,
			"not installed, and not needed: no %s here",
			host_has_udevd() ? "device-mapper" : "udevd");
	else
		doctor_add(d, "udev rule", DOCTOR_LACKS,
			"make install puts scripts/udev/domUloader.rules in its place",
			"not installed: a guest's UUIDs show among the host's for a moment");
}

static void check_leftovers(struct doctor *d)
{
	const char *const dirs[] = {d->o->tmpdir, d->o->output_directory};
	struct reaped reaped;
	struct err why = {0};
	int r = reap_all(dirs, 2, NULL, true, NULL, &reaped, &why);

	if (r < 0)
		doctor_add(d, "leftovers", DOCTOR_LACKS, "domUloader reap", "%s [%s]",
			HINT_LINE(&why, ""), why.step);
	else if (!reaped.done)
		doctor_add(d, "leftovers", DOCTOR_OK, NULL, "none");
	else
		doctor_add(d, "leftovers", DOCTOR_LACKS, "domUloader reap", "%u of killed runs",
			reaped.done);
}

/* ---- the whole ---- */

static void doctor_as_root(struct doctor *d, const char *name, void (*check)(struct doctor *d))
{
	if (d->root)
		check(d);
	else
		doctor_add(d, name, DOCTOR_LACKS, DOCTOR_AS_ROOT, "can't be asked without root");
}

static int doctor_check_all(struct doctor *d, struct plan *p, struct err *e)
{
	int r = plan_filesystems(d->o->filesystems, p, e);

	if (r < 0)
		return r;
	doctor_check_kernel(d);
	check_privileges(d);
	doctor_as_root(d, "loop devices", check_loop);
	doctor_as_root(d, "device-mapper", check_dm);
	doctor_as_root(d, "snapshot target", check_snapshot);
	doctor_tools(d);
	check_openat2(d);
	for (unsigned int i = 0; i < p->n_filesystems; i++)
		check_filesystem(d, p->filesystem[i]);
	check_directory(d);
	check_udev_rule(d);
	doctor_as_root(d, "leftovers", check_leftovers);
	return 0;
}

static bool is_ready(const struct doctor *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->row[i].state == DOCTOR_MISSING)
			return false;
	return true;
}

int doctor(const struct options *o, struct err *e)
{
	own_free struct doctor *d = calloc(1, sizeof(*d));
	struct plan plan = {0};
	int r;

	if (!d)
		return err_set(e, -ENOMEM, "doctor.memory", "%s", "");
	d->o = o;
	r = plan_view(o, &plan, e);
	if (r >= 0)
		r = doctor_check_all(d, &plan, e);
	if (r < 0)
		return r;
	for (size_t i = 0; !d->n_mountable && i < d->n; i++)
		if (d->row[i].group)
			d->row[i].state = DOCTOR_MISSING;
	if (plan.view.json)
		r = answer_doctor_json(stdout, d->row, d->n, is_ready(d), e);
	else
		answer_doctor_text(stdout, d->row, d->n, is_ready(d), o->colour);
	return r < 0 ? r : is_ready(d) ? EXIT_DONE : EXIT_FAILED;
}
