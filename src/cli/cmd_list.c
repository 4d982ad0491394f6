/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_list - says what is on a guest's disks */
#include "cli/command.h"
#include "jobs/jobs.h"

static const char *const options[] = {"format", "disks", "disk", "mapper", "dirty", "filesystems",
	"not-in-use", "replay-limit", "allow-backing", "timeout", NULL};

const struct command cmd_list = {
	.name = "list",
	.summary = "say what is on a guest's disks, and which kernels",
	.text = "Says what is on the disks of a guest: partitions, filesystems, where its fstab\n"
		"has them mounted, the kernels, and the entry that boots each. Writes nothing.\n",
	.arguments = "DISK...",
	.options = options,
	.job = &job_list,
};
