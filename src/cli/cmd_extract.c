/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_extract - takes kernel, initrd, modules and other files out of a guest */
#include "cli/command.h"
#include "jobs/jobs.h"

static const char *const options[] = {"entry", "root", "directory", "modules", "file", "stdout",
	"format", "disks", "disk", "mapper", "dirty", "filesystems", "any-kernel",
	"max-kernel-size", "max-initrd-size", "not-in-use", "allow-backing", "timeout", NULL};

const struct command cmd_extract = {
	.name = "extract",
	.summary = "take kernel, initrd, modules, files out of a guest",
	.text = "Puts a guest's kernel and initrds, what else is asked for, and a MANIFEST.json\n"
		"into a new directory, which appears finished. Without --entry it is the guest's\n"
		"default kernel, as domUloader list says.\n",
	.arguments = "DISK...",
	.options = options,
	.job = &job_extract,
};
