/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - what an administrator types: the list of commands */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/near.h"
#include "base/quote.h"
#include "base/step.h"
#include "doctor/doctor.h"
#include "doctor/reap.h"
#include "jobs/jobs.h"
#include "plan/options_parse.h"
#include "plan/options_text.h"
#include "rack/rack.h"

/* Options that commands share: those of one guest, and those of many. */
#define GUEST "mapper", "dirty", "filesystems", "not-in-use", "allow-backing", "timeout"
#define RACK                                                                                       \
	GUEST, "directory", "xl-dir", "libvirt-xml", "images", "jobs", "format", "json",           \
		"modules", "decompress", "reflink", "entry", "root", "args", "any-kernel",         \
		"max-kernel-size", "max-initrd-size", "replay-limit", "runas"

static int command_run_help(const struct options *o, struct err *e);

static const struct command commands[] = {
	{
		.name = "list",
		.summary = "say what is on a guest's disks, and which kernels",
		.text = "Says what is on the disks of a guest: partitions, filesystems, where its fstab\n"
			"has them mounted, the kernels, and the entry that boots each. Writes nothing.\n",
		.arguments = "DISK...",
		.options = (const char *const[]){GUEST, "format", "json", "disks", "disk",
			"replay-limit", NULL},
		.job = &job_list,
	},
	{
		.name = "extract",
		.summary = "take kernel, initrd, modules, files out of a guest",
		.text = "Puts a guest's kernel and initrds, what else is asked for, and a MANIFEST.json\n"
			"into a new directory, which appears finished. Without --entry it is the guest's\n"
			"default kernel, as domUloader list says.\n",
		.arguments = "DISK...",
		.options = (const char *const[]){GUEST, "entry", "root", "directory", "modules",
			"file", "stdout", "format", "json", "disks", "disk", "any-kernel",
			"max-kernel-size", "max-initrd-size", NULL},
		.job = &job_extract,
	},
	{
		.name = "batch",
		.summary = "take out the kernels and initrds of many guests",
		.text = "Takes the kernels and initrds of many guests out of their disks, each guest's\n"
			"into a directory of its own: DIR/NAME/vmlinuz, initrd, MANIFEST.json. Guests are\n"
			"lines of JSON, configurations for xl or libvirt, or images. One guest's failure\n"
			"does not stop the others. Guests that say no entry get that of --entry, or their\n"
			"default kernel, as domUloader list says.\n"
			"\n"
			"Exit codes: 0 all done, 1 some failed, and a table says which and why.\n",
		.options = (const char *const[]){RACK, "resume", NULL},
		.arguments = "[MANIFEST|-]...",
		.run = rack_batch,
	},
	{
		.name = "sync",
		.summary = "keep a directory in step with guests",
		.text = "Keeps DIR/NAME/vmlinuz, initrd and MANIFEST.json in step with guests' disks.\n"
			"What has not changed is not copied again; a change is seen as a whole, and the\n"
			"last versions stay. With --check it only says who is out of step.\n"
			"\n"
			"Exit codes: 0 all in step, 1 some failed, or with --check: some are out of step.\n",
		.options = (const char *const[]){RACK, "keep", "check", "checksum", "tmpdir", NULL},
		.arguments = "[MANIFEST|-]...",
		.run = rack_sync,
	},
	{
		.name = "reap",
		.summary = "remove what killed runs left",
		.text = "Removes what runs left that were killed with all their processes at once: maps\n"
			"of device-mapper, loop devices, unfinished copies. It touches only what bears\n"
			"domUloader's mark and belongs to no process that lives, and says what it did;\n"
			"with --directory also what domUloader extract left of that one.\n"
			"\n"
			"Exit codes: 0 done, or there was nothing; 1 failed; 4 something is still there.\n",
		.options = (const char *const[]){"dry-run", "dryrun", "not-really",
			"output-directory", "tmpdir", "directory", NULL},
		.run = reap,
	},
	{
		.name = "doctor",
		.summary = "say what this host can do and what it lacks",
		.text = "Says what this host can do, what it lacks, and what would mend that. Nothing is\n"
			"changed; as root, a loop device is attached for a moment to see that it can be.\n"
			"\n"
			"Exit codes: 0 guests' kernels can be taken out here, 1 they can't.\n",
		.options = (const char *const[]){"format", "json", "filesystems",
			"output-directory", "tmpdir", NULL},
		.run = doctor,
	},
	{
		.name = "help",
		.summary = "show the help of a command",
		.text = "Shows the help of the program, or of a command.\n",
		.arguments = COMMAND_NAME,
		.options = (const char *const[]){NULL},
		.unconfigured = true,
		.run = command_run_help,
	},
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *command_by_name(const char *word)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i].name, word))
			return &commands[i];
	return NULL;
}

/* The command that may have been meant; NULL: none is near. */
static const char *near_command(const char *word)
{
	struct near near = NEAR_NOTHING;

	for (size_t i = 0; i < N_COMMANDS; i++)
		near_consider(&near, word, commands[i].name);
	return near.word;
}

/* Where a command's name may stand: behind options that all commands take; @argc: nowhere. */
static int command_place(int argc, char **argv)
{
	static const char *const common[] = {NULL};
	const struct words words = {
		.n = argc, .word = argv, .options = common, .ends_at_positional = true};
	int at = options_skip(&words);

	return at > 1 && !strcmp(argv[at - 1], "--") ? argc : at;
}

const struct command *command_take(int argc, char **argv)
{
	int at = command_place(argc, argv);
	char *word = at < argc ? argv[at] : NULL;
	const struct command *c = word ? command_by_name(word) : NULL;

	if (!c)
		return NULL;
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof(*argv));
	argv[1] = word;
	return c;
}

int command_misspelt(int argc, char **argv, struct err *e)
{
	int at = command_place(argc, argv);
	const char *word = at < argc ? argv[at] : "-", *near;

	if (word[0] == '-')
		return 0;
	near = near_command(word);
	if (!near || access(word, F_OK) == 0)
		return 0;
	FAIL(e, -EINVAL, "options.command", "%s", QUOTE(word));
	return err_detail(e, "did you mean domUloader %s?", near);
}

const struct command *command_at(size_t at)
{
	return at < N_COMMANDS ? &commands[at] : NULL;
}

struct words command_words(const struct command *c, int argc, char **argv)
{
	return (struct words){.n = argc,
		.word = argv,
		.options = c->options,
		.positionals = c->arguments ? OPTIONS_DISKS_MAX : 0};
}

void command_help(const struct command *c, bool all, FILE *to)
{
	fprintf(to, "Usage: domUloader %s [OPTION]...%s%s\n\n%s\n", c->name,
		c->arguments ? " " : "", c->arguments ? c->arguments : "", c->text);
	options_help(to, c->options, all);
}

static void commands_help(FILE *to)
{
	fputs("Commands; domUloader help COMMAND tells more, --help=all of each option:\n", to);
	for (size_t i = 0; command_at(i); i++)
		fprintf(to, "  %-8s %s\n", command_at(i)->name, command_at(i)->summary);
}

void program_help(bool all, FILE *to)
{
	fputs("Usage: domUloader [OPTION]... --entry=[DEV:]KERNEL[,INITRD]... DISK [VDEV]\n"
	      "       domUloader [OPTION]... --entry=KERNEL[,INITRD]... --root=DEV --disks=LIST\n"
	      "\n"
	      "Takes a guest's kernel and initrd out of its disks, for Xen's toolstacks.\n"
	      "\n",
		to);
	options_help(to, NULL, all);
	commands_help(to);
	fputs("Exit codes: 0 done, 1 failed, 2 usage, 3 not found in the guest, 4 not undone\n",
		to);
}

static int command_run_help(const struct options *o, struct err *e)
{
	const char *word = o->n_positional ? o->positional[0] : NULL, *near;
	const struct command *c = word ? command_by_name(word) : NULL;

	if (o->n_positional > 1) {
		FAIL(e, -EINVAL, "options.count", "%s", QUOTE(o->positional[1]));
		return err_detail(e, "one command at a time");
	}
	if (word && !c) {
		FAIL(e, -EINVAL, "options.help", "%s", QUOTE(word));
		near = near_command(word);
		return near ? err_detail(e, "did you mean domUloader help %s?", near)
			    : err_detail(e, "domUloader help lists the commands");
	}
	if (c)
		command_help(c, false, stdout);
	else
		program_help(false, stdout);
	return EXIT_DONE;
}
