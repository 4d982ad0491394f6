/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - the table of commands */
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

/* Options that commands share: for one guest, and for many. */
#define GUEST "mapper", "dirty", "filesystems", "not-in-use", "allow-backing", "timeout"
#define RACK                                                                                       \
	GUEST, "directory", "xl-dir", "libvirt-xml", "images", "jobs", "format", "json",           \
		"modules", "decompress", "reflink", "entry", "root", "args", "any-kernel",         \
		"max-kernel-size", "max-initrd-size", "replay-limit", "runas"

static int command_run_help(const struct options *o, struct err *e);

static const struct command commands[] = {
	{
		.name = "list",
		.summary = "show a guest's partitions, filesystems and kernels",
		.text = "Shows what is on the disks of a guest: partitions, filesystems, the mount points\n"
			"in its fstab, the kernels, and the entry that boots each. Writes nothing.\n",
		.arguments = "DISK...",
		.options = (const char *const[]){GUEST, "format", "json", "disks", "disk",
			"replay-limit", NULL},
		.job = &job_list,
	},
	{
		.name = "extract",
		.summary = "extract kernel, initrd, modules and files of a guest",
		.text = "Extracts a guest's kernel, initrds and other files into a new directory, with a\n"
			"MANIFEST.json. The directory appears complete or not at all. Without --entry the\n"
			"guest's default kernel is used, as shown by domUloader list.\n",
		.arguments = "DISK...",
		.options = (const char *const[]){GUEST, "entry", "root", "directory", "modules",
			"file", "stdout", "format", "json", "disks", "disk", "any-kernel",
			"max-kernel-size", "max-initrd-size", NULL},
		.job = &job_extract,
	},
	{
		.name = "batch",
		.summary = "extract the kernels and initrds of many guests",
		.text = "Extracts the kernels and initrds of many guests, each into a directory of its\n"
			"own: DIR/NAME/vmlinuz, initrd, MANIFEST.json. Guests are JSON lines,\n"
			"configurations for xl or libvirt, or images. A guest that fails does not stop\n"
			"the others. A guest without an entry uses --entry, or its default kernel, as\n"
			"shown by domUloader list.\n"
			"\n"
			"Exit codes: 0 all done, 1 some failed; a table lists them.\n",
		.options = (const char *const[]){RACK, "resume", NULL},
		.arguments = "[MANIFEST|-]...",
		.run = rack_batch,
	},
	{
		.name = "sync",
		.summary = "keep a directory up to date with guests",
		.text = "Keeps DIR/NAME/vmlinuz, initrd and MANIFEST.json up to date with guests' disks.\n"
			"Unchanged files are not copied again. Directories are replaced as a whole, and\n"
			"the last versions are kept. --check only prints the guests that are out of date.\n"
			"\n"
			"Exit codes: 0 all up to date; 1 some failed or, with --check, are out of date.\n",
		.options = (const char *const[]){RACK, "keep", "check", "checksum", "tmpdir", NULL},
		.arguments = "[MANIFEST|-]...",
		.run = rack_sync,
	},
	{
		.name = "reap",
		.summary = "remove what killed runs left behind",
		.text = "Removes device-mapper maps, loop devices and unfinished copies of runs whose\n"
			"processes were all killed at once. It removes only what has domUloader's marker\n"
			"and belongs to no living process, and prints each item. With --directory it also\n"
			"removes what domUloader extract left of that directory.\n"
			"\n"
			"Exit codes: 0 done, or nothing to do; 1 failed; 4 some items remain.\n",
		.options = (const char *const[]){"dry-run", "dryrun", "not-really",
			"output-directory", "tmpdir", "directory", NULL},
		.run = reap,
	},
	{
		.name = "doctor",
		.summary = "report what this host supports and what is missing",
		.text = "Reports what this host supports, what is missing, and how to fix it. Changes\n"
			"nothing; as root, it attaches a loop device for a moment to test that.\n"
			"\n"
			"Exit codes: 0 kernels can be extracted here, 1 they cannot.\n",
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

/* Returns the command most like @word, or NULL. */
static const char *near_command(const char *word)
{
	struct near near = NEAR_NOTHING;

	for (size_t i = 0; i < N_COMMANDS; i++)
		near_consider(&near, word, commands[i].name);
	return near.word;
}

/* Returns the index at which a command's name may be, after common options; @argc if none. */
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
	fputs("Commands (see domUloader help COMMAND; --help=all lists all options):\n", to);
	for (size_t i = 0; command_at(i); i++)
		fprintf(to, "  %-8s %s\n", command_at(i)->name, command_at(i)->summary);
}

void program_help(bool all, FILE *to)
{
	fputs("Usage: domUloader [OPTION]... --entry=[DEV:]KERNEL[,INITRD]... DISK [VDEV]\n"
	      "       domUloader [OPTION]... --entry=KERNEL[,INITRD]... --root=DEV --disks=LIST\n"
	      "\n"
	      "Copies a guest's kernel and initrd out of its disks, for Xen's toolstack.\n"
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
