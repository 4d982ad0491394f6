/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm_tool - run lvm, confined, to report a guest's logical volumes */
#include "block/lvm_tool.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/own.h"
#include "base/step.h"
#include "sys/caps.h"
#include "sys/child.h"
#include "sys/namespace.h"
#include "sys/tool.h"

#define DIR	      "/proc/driver" /* exists with every kernel */
#define FLAGS	      (MS_NOSUID | MS_NOEXEC)
#define ADDRESS_SPACE (512 * 1024 * 1024)

/* ---- in the child ---- */

struct child {
	const struct lvm_request *rq;
	pid_t parent;
};

static int make_node(const struct lvm_request *rq, size_t i)
{
	char path[sizeof(LVM_NODE) + 24];

	snprintf(path, sizeof(path), LVM_NODE "%zu", i);
	return mknod(path, S_IFBLK | 0400, rq->pv[i].rdev) < 0 ? -errno : 0;
}

/*
 * lvm's user owns the nodes, since lvm opens them with O_NOATIME. /sys is covered, where it would
 * look up every device of this host.
 */
static int make_nodes(const struct lvm_request *rq)
{
	int r = namespace_cover(DIR, FLAGS, "mode=0755");

	if (r >= 0 && mount("tmpfs", "/sys", "tmpfs", FLAGS, "mode=0755") < 0)
		r = -errno;
	if (r >= 0)
		r = caps_own_as(rq->uid);
	for (size_t i = 0; r >= 0 && i < rq->n; i++)
		r = make_node(rq, i);
	return r;
}

/*
 * Set after setuid(): a process over RLIMIT_NPROC at that call cannot exec (EAGAIN in execve(2)).
 */
static const struct child_limit limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NPROC, 0},
	{RLIMIT_NOFILE, 256}, {RLIMIT_FSIZE, LVM_REPORT_MAX}, {RLIMIT_AS, ADDRESS_SPACE}};

static int lvm_tool_confine(void *arg)
{
	const struct child *c = arg;
	struct err e = {0};
	int r = make_nodes(c->rq);

	if (r >= 0)
		r = caps_become_nobody(c->rq->uid, &e);
	if (r >= 0) /* cleared by setuid() */
		r = child_dies_with(c->parent, SIGKILL);
	return r < 0 ? r : child_limit(limits, COUNT(limits));
}

/* ---- in the parent ---- */

/*
 * Overrides lvm's configuration: where the devices are, and that nothing is looked up, locked,
 * logged, saved or asked of the kernel.
 */
#define CONFIG                                                                                     \
	"devices { dir=\"" DIR "\" scan=[\"" DIR "\"] use_devicesfile=0 hints=\"none\" "           \
	"obtain_device_list_from_udev=0 external_device_info_source=\"none\" "                     \
	"multipath_component_detection=0 md_component_detection=0 } "                              \
	"backup { backup=0 archive=0 } "                                                           \
	"global { locking_dir=\"" DIR "\" activation=0 use_lvmpolld=0 use_lvmlockd=0 "             \
	"event_activation=0 } "                                                                    \
	"activation { monitoring=0 udev_sync=0 udev_rules=0 }"

static int lvm_tool_run(const struct lvm_request *rq, int out_fd, struct err *e)
{
	/* /etc/lvm is not read; stdout gets only the report, stderr all messages. */
	static const char *const env[] = {"LVM_SYSTEM_DIR=", "LVM_SUPPRESS_FD_WARNINGS=1",
		"LVM_REPORT_FD=1", "LVM_OUT_FD=2", NULL};
	static const char *const argv[] = {LVM_TOOL, "fullreport", "--readonly", "--foreign",
		"--shared", "--reportformat", "json", "--units", "b", "--nosuffix", "--config",
		CONFIG, "--configreport", "vg", "-o", "vg_name,vg_uuid,vg_extent_size",
		"--configreport", "pv", "-o", "pv_name,pv_uuid,pe_start", "--configreport", "lv",
		"-o", "lv_name,lv_uuid,lv_attr,lv_size", "--configreport", "seg", "-o",
		"lv_uuid,segtype,stripes,stripe_size,seg_start,seg_size,seg_pe_ranges",
		"--configreport", "pvseg", "-o", "pv_name", NULL};
	struct child child = {.rq = rq, .parent = getpid()};
	const struct tool_request tool = {.argv = argv,
		.env = env,
		.cancel_fd = rq->cancel_fd,
		.out_fd = out_fd,
		.confine = lvm_tool_confine,
		.arg = &child};

	return tool_run_confined(&tool, e);
}

int lvm_report(const struct lvm_request *rq, int *ret_fd, struct err *e)
{
	own_fd int fd =
		STEP(e, "lvm.memory", "", memfd_create("domUloader lvm report", MFD_CLOEXEC));
	int r = fd < 0 ? fd : lvm_tool_run(rq, fd, e);

	if (r >= 0)
		r = STEP(e, "lvm.rewind", "", lseek(fd, 0, SEEK_SET));
	if (r < 0)
		return r;
	*ret_fd = TAKE_FD(fd);
	return 0;
}
