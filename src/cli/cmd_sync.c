/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_sync - keeps a directory of the host in step with guests */
#include "cli/command.h"
#include "cli/guest_options.h"
#include "rack/rack.h"

static int cmd_sync_run(const struct options *o, struct err *e)
{
	return rack_sync(o, guest_options, e);
}

static const char *const options[] = {"directory", "xl-dir", "libvirt-xml", "images", "jobs",
	"keep", "check", "checksum", "format", "modules", "decompress", "reflink", "allow-backing",
	"entry", "root", "args", "tmpdir", "mapper", "dirty", "filesystems", "any-kernel",
	"max-kernel-size", "max-initrd-size", "replay-limit", "runas", "timeout", "not-in-use",
	NULL};

const struct command cmd_sync = {
	.name = "sync",
	.summary = "keep a directory in step with guests",
	.text = "Keeps DIR/NAME/vmlinuz, initrd and MANIFEST.json in step with guests' disks.\n"
		"What has not changed is not copied again; a change is seen as a whole, and the\n"
		"last versions stay. With --check it only says who is out of step.\n"
		"\n"
		"Exit codes: 0 all in step, 1 some failed, or with --check: some are out of step.\n",
	.options = options,
	.arguments = "[MANIFEST|-]...",
	.run = cmd_sync_run,
};
