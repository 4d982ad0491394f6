/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command - what an administrator types: the list of commands, a file each */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "base/quote.h"
#include "base/step.h"
#include "plan/options_text.h"

static const struct command *const commands[] = {
	&cmd_list, &cmd_extract, &cmd_batch, &cmd_sync, &cmd_reap, &cmd_doctor};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct command *command_by_name(const char *word)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i]->name, word))
			return commands[i];
	return NULL;
}

int command_misspelt(const char *word, struct err *e)
{
	struct near near = NEAR_NOTHING;

	if (word[0] == '-')
		return 0;
	for (size_t i = 0; i < N_COMMANDS; i++)
		near_consider(&near, word, commands[i]->name);
	if (!near.word || access(word, F_OK) == 0)
		return 0;
	FAIL(e, -EINVAL, "options.command", "%s", QUOTE(word));
	return err_detail(e, "did you mean domUloader %s?", near.word);
}

const struct command *command_at(size_t at)
{
	return at < N_COMMANDS ? commands[at] : NULL;
}

struct words command_words(const struct command *c, int argc, char **argv)
{
	return (struct words){.n = argc,
		.word = argv,
		.options = c->options,
		.positionals = c->arguments ? OPTIONS_DISKS_MAX : 0};
}

void command_help(const struct command *c, FILE *to)
{
	fprintf(to, "Usage: domUloader %s [OPTION]...%s%s\n\n%s\n", c->name,
		c->arguments ? " " : "", c->arguments ? c->arguments : "", c->text);
	options_help(to, c->options);
}

static void commands_help(FILE *to)
{
	fputs("\nCommands; domUloader COMMAND --help tells more:\n", to);
	for (size_t i = 0; command_at(i); i++)
		fprintf(to, "  %-8s %s\n", command_at(i)->name, command_at(i)->summary);
}

void program_help(FILE *to)
{
	fputs("Usage: domUloader [OPTION]... --entry=[DEV:]KERNEL[,INITRD]... DISK [VDEV]\n"
	      "       domUloader [OPTION]... --entry=KERNEL[,INITRD]... --root=DEV --disks=LIST\n"
	      "\n"
	      "Takes a guest's kernel and initrd out of its disks, for Xen's toolstacks.\n"
	      "\n",
		to);
	options_help(to, NULL);
	commands_help(to);
	fputs("Exit codes: 0 done, 1 failed, 2 usage, 3 not found in the guest, 4 not undone\n",
		to);
}
