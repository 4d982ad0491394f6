/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_tools - check which tools are installed and run */
#include <errno.h>
#include <string.h>

#include "doctor/doctor_rows.h"
#include "sys/host.h"
#include "sys/tool.h"

/* kpartx has no harmless option: without arguments it prints its usage and fails. */
static bool is_usage(const struct err *why)
{
	return strstr(why->detail, "sage") != NULL;
}

static void check_kpartx(struct doctor *d)
{
	static const char fix[] = "install the package kpartx (or multipath-tools)";
	const char *const argv[] = {"kpartx", NULL};
	struct err why = {0};

	if (tool_run(argv, -1, &why) >= 0 || is_usage(&why))
		doctor_add(d, "kpartx", DOCTOR_OK, NULL, "runs%s",
			d->root && !d->has_dm ? ", of no use without device-mapper" : "");
	else if (!tool_exists("kpartx"))
		doctor_add(d, "kpartx", DOCTOR_LACKS, fix,
			"not installed; partitions are mapped by loop devices");
	else
		doctor_add(d, "kpartx", DOCTOR_LACKS, fix, "does not run: %.150s", why.detail);
}

static void check_fuse(struct doctor *d)
{
	int r = host_fuse();

	if (r >= 0)
		doctor_add(d, "FUSE", DOCTOR_OK, NULL, "/dev/fuse can be opened");
	else
		doctor_add(d, "FUSE", DOCTOR_LACKS,
			r == -EACCES	      ? DOCTOR_AS_ROOT
			: host_module("fuse") ? "modprobe fuse"
					      : "the kernel's option CONFIG_FUSE_FS",
			"/dev/fuse: %s", strerror(-r));
}

/*
 * Check a tool by asking for its version.
 * @without: what cannot be done without it
 */
static void check_tool(
	struct doctor *d, const char *const argv[], const char *without, const char *fix)
{
	struct err why = {0};

	if (tool_run(argv, -1, &why) >= 0)
		doctor_add(d, argv[0], DOCTOR_OK, NULL, "runs");
	else if (tool_exists(argv[0]))
		doctor_add(d, argv[0], DOCTOR_LACKS, fix, "does not run: %.150s", why.detail);
	else
		doctor_add(d, argv[0], DOCTOR_LACKS, fix, "not installed%s", without);
}

void doctor_tools(struct doctor *d)
{
	static const char *const lvm[] = {"lvm", "version", NULL};
	static const char *const daemon[] = {"qemu-storage-daemon", "--version", NULL};
	static const char *const image[] = {"qemu-img", "--version", NULL};

	check_kpartx(d);
	check_tool(d, lvm, "; LVM inside guests is not read", "install the package lvm2");
	check_fuse(d);
	check_tool(d, daemon, "",
		"install qemu-system-common (Debian, Ubuntu) or qemu-storage-daemon");
	check_tool(d, image, "", "install qemu-utils (Debian, Ubuntu), qemu-tools or qemu-img");
}
