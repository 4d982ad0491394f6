/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_batch - kernels and initrds of many guests in one go */
#include "cli/command.h"
#include "cli/guest_options.h"
#include "rack/rack.h"

static int cmd_batch_run(const struct options *o, struct err *e)
{
	return rack_batch(o, guest_options, e);
}

static const char *const options[] = {"directory", "xl-dir", "libvirt-xml", "images", "jobs",
	"resume", "format", "modules", "decompress", "reflink", "allow-backing", "entry", "root",
	"args", "mapper", "dirty", "filesystems", "any-kernel", "max-kernel-size",
	"max-initrd-size", "replay-limit", "runas", "timeout", "not-in-use", NULL};

const struct command cmd_batch = {
	.name = "batch",
	.summary = "take out the kernels and initrds of many guests",
	.text = "Takes the kernels and initrds of many guests out of their disks, each guest's\n"
		"into a directory of its own: DIR/NAME/vmlinuz, initrd, MANIFEST.json. Guests are\n"
		"lines of JSON, configurations for xl or libvirt, or images. One guest's failure\n"
		"does not stop the others. Guests that say no entry get that of --entry, or their\n"
		"default kernel, as domUloader list says.\n"
		"\n"
		"Exit codes: 0 all done, 1 some failed, and a table says which and why.\n",
	.options = options,
	.arguments = "[MANIFEST|-]...",
	.run = cmd_batch_run,
};
