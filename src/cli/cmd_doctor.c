/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_doctor - says what this host can do and what it lacks */
#include <string.h>

#include "base/hint.h"
#include "base/quote.h"
#include "base/step.h"
#include "cli/command.h"
#include "doctor/doctor.h"

static int cmd_doctor_run(const struct options *o, struct err *e)
{
	bool json = !strcmp(o->format, "json");
	int r;

	if (!json && strcmp(o->format, "text") != 0) {
		FAIL(e, -EINVAL, "options.value", "--format=%s", QUOTE(o->format));
		return err_detail(e, "there are: text, json");
	}
	r = doctor(o, json ? DOCTOR_JSON : DOCTOR_TEXT, stdout, e);
	if (r < 0)
		return r;
	return r ? EXIT_DONE : EXIT_FAILED;
}

static const char *const options[] = {"format", "filesystems", "output-directory", "tmpdir", NULL};

const struct command cmd_doctor = {
	.name = "doctor",
	.summary = "say what this host can do and what it lacks",
	.text = "Says what this host can do, what it lacks, and what would mend that. Nothing is\n"
		"changed; as root, a loop device is attached for a moment to see that it can be.\n"
		"\n"
		"Exit codes: 0 guests' kernels can be taken out here, 1 they can't.\n",
	.options = options,
	.run = cmd_doctor_run,
};
