/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_tools - which of the tools that may be needed are there, and run */
#include <errno.h>
#include <string.h>

#include "doctor/doctor_rows.h"
#include "sys/host.h"
#include "sys/tool.h"

/* kpartx has no harmless option: without any it says how it is used, and fails. */
static bool is_usage(const struct err *why)
{
	return strstr(why->detail, "sage") != NULL;
}

static void check_kpartx(struct doctor *d)
{
	const char *const argv[] = {"kpartx", NULL};
	struct err why = {0};
	bool runs = tool_run(argv, -1, &why) >= 0 || is_usage(&why);
	struct doctor_row *row = doctor_add(d, "kpartx", runs ? DOCTOR_OK : DOCTOR_LACKS);

	if (runs)
		doctor_found(row, "runs%s",
			d->root && !d->has_dm ? ", of no use without device-mapper" : "");
	else if (!tool_exists("kpartx"))
		doctor_found(row, "not installed; partitions are mapped by loop devices");
	else
		doctor_found(row, "does not run: %.150s", why.detail);
	if (!runs)
		doctor_mend(row, "install the package kpartx (or multipath-tools)");
}

static void check_fuse(struct doctor *d)
{
	int r = host_fuse();
	struct doctor_row *row = doctor_add(d, "FUSE", r < 0 ? DOCTOR_LACKS : DOCTOR_OK);

	if (r >= 0)
		doctor_found(row, "/dev/fuse can be opened");
	else
		doctor_found(row, "/dev/fuse: %s", strerror(-r));
	if (r < 0)
		doctor_mend(row, r == -EACCES	       ? DOCTOR_AS_ROOT
				 : host_module("fuse") ? "modprobe fuse"
						       : "the kernel's option CONFIG_FUSE_FS");
}

/* One that can be asked for its version; @without: what can't be done then. */
static void check_tool(
	struct doctor *d, const char *const argv[], const char *without, const char *packages)
{
	const char *name = argv[0];
	struct err why = {0};
	bool runs = tool_run(argv, -1, &why) >= 0;
	struct doctor_row *row = doctor_add(d, name, runs ? DOCTOR_OK : DOCTOR_LACKS);

	if (runs)
		doctor_found(row, "runs");
	else if (tool_exists(name))
		doctor_found(row, "does not run: %.150s", why.detail);
	else
		doctor_found(row, "not installed%s", without);
	if (!runs)
		doctor_mend(row, "install %s", packages);
}

void doctor_tools(struct doctor *d)
{
	static const char *const lvm[] = {"lvm", "version", NULL};
	static const char *const daemon[] = {"qemu-storage-daemon", "--version", NULL};
	static const char *const image[] = {"qemu-img", "--version", NULL};

	check_kpartx(d);
	check_tool(d, lvm, "; LVM inside guests is not read", "the package lvm2");
	check_fuse(d);
	check_tool(d, daemon, "", "qemu-system-common (Debian, Ubuntu) or qemu-storage-daemon");
	check_tool(d, image, "", "qemu-utils (Debian, Ubuntu), qemu-tools or qemu-img");
}
