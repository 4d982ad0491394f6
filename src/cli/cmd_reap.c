/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_reap - removes what killed runs left */
#include "base/hint.h"
#include "cli/command.h"
#include "doctor/reap.h"

static int cmd_reap_run(const struct options *o, struct err *e)
{
	const char *const dirs[] = {o->tmpdir, o->output_directory};
	struct reaped reaped;
	int r = reap_all(dirs, 2, o->directory, o->dry_run, o->quiet ? NULL : stdout, &reaped, e);

	if (r < 0)
		return r;
	if (!reaped.done && !reaped.failed && !o->quiet)
		puts("nothing is left behind");
	return reaped.failed ? EXIT_CLEANUP : EXIT_DONE;
}

static const char *const options[] = {
	"dry-run", "dryrun", "not-really", "output-directory", "tmpdir", "directory", NULL};

const struct command cmd_reap = {
	.name = "reap",
	.summary = "remove what killed runs left",
	.text = "Removes what runs left that were killed with all their processes at once: maps\n"
		"of device-mapper, loop devices, unfinished copies. It touches only what bears\n"
		"domUloader's mark and belongs to no process that lives, and says what it did;\n"
		"with --directory also what domUloader extract left of that one.\n"
		"\n"
		"Exit codes: 0 done, or there was nothing; 1 failed; 4 something is still there.\n",
	.options = options,
	.run = cmd_reap_run,
};
