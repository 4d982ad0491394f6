/* SPDX-License-Identifier: GPL-2.0-or-later */
/* complete - build tool: print the completion for bash, zsh or fish, from the table of options */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "plan/options.h"
#include "plan/options_text.h"

/* The kind of an option's value, by its placeholder in the table. */
enum value { NONE, FREE, LISTED, FILES, DIRECTORIES };

static enum value value_of(const struct option_view *o)
{
	if (!o->argument)
		return NONE;
	if (o->values)
		return LISTED;
	if (strstr(o->argument, "DIR"))
		return strstr(o->argument, "FILE") ? FILES : DIRECTORIES;
	return strstr(o->argument, "FILE") || !strcmp(o->argument, "SPEC") ? FILES : FREE;
}

/* Whether the command's argument is the name of a command. */
static bool names_command(const struct command *c)
{
	return c->arguments && !strcmp(c->arguments, COMMAND_NAME);
}

struct shell {
	const char *name;
	void (*begin)(void);
	void (*command)(const struct command *c); /* NULL: the main job */
	void (*end)(void);
};

/* ---- bash ---- */

static void bash_value(void *arg, const struct option_view *o)
{
	static const char *const actions[] = {[FILES] = "-f", [DIRECTORIES] = "-d"};
	enum value value = value_of(o);

	(void)arg;
	if (value == LISTED)
		printf("\t--%s) _domUloader_reply -W '%s' ;;\n", o->name, o->values);
	else if (value == FILES || value == DIRECTORIES)
		printf("\t--%s) _domUloader_reply %s ;;\n", o->name, actions[value]);
	else if (value == FREE)
		printf("\t--%s) ;;\n", o->name);
}

static void bash_word(void *arg, const struct option_view *o)
{
	const char **between = arg;

	printf("%s--%s%s", *between, o->name, o->argument ? "=" : "");
	if (o->letter)
		printf(" -%c", o->letter);
	*between = " ";
}

static void bash_values(const struct command *c, const char *name)
{
	printf("_domUloader_value_%s()\n{\n\tcase $1 in\n", name);
	options_each(c ? c->options : NULL, bash_value, NULL);
	puts("\t*) return 1 ;;\n\tesac\n}\n");
}

static void bash_words(const struct command *c, const char *name)
{
	const char *between = "";

	printf("_domUloader_words_%s='", name);
	options_each(c ? c->options : NULL, bash_word, &between);
	puts("'\n");
}

static void bash_command(const struct command *c)
{
	bash_values(c, c ? c->name : "main");
	bash_words(c, c ? c->name : "main");
}

static void bash_begin(void)
{
	puts("# bash completion for domUloader, written by make out of the program's table of options\n"
	     "\n"
	     "_domUloader_reply()\n"
	     "{\n"
	     "\tmapfile -t COMPREPLY < <(compgen \"$@\" -- \"$cur\")\n"
	     "}\n");
}

static void bash_end(void)
{
	fputs("_domUloader()\n"
	      "{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal command=main at=1 words commands='",
		stdout);
	for (size_t i = 0; command_at(i); i++)
		printf("%s%s", i ? " " : "", command_at(i)->name);
	puts("'\n"
	     "\n"
	     "\tCOMPREPLY=()\n"
	     "\tif [[ $cur == = ]]; then\n"
	     "\t\tcur=\n"
	     "\telif [[ $prev == = ]] && ((COMP_CWORD > 1)); then\n"
	     "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	     "\tfi\n"
	     "\twhile ((at < COMP_CWORD)) && [[ ${COMP_WORDS[at]} == -* ]]; do\n"
	     "\t\t[[ ${COMP_WORDS[at + 1]-} != = ]] || at=$((at + 2))\n"
	     "\t\tat=$((at + 1))\n"
	     "\tdone\n"
	     "\tif ((at < COMP_CWORD)) && [[ \" $commands \" == *\" ${COMP_WORDS[at]} \"* ]]; then\n"
	     "\t\tcommand=${COMP_WORDS[at]}\n"
	     "\tfi\n"
	     "\t\"_domUloader_value_$command\" \"$prev\" && return\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\twords=_domUloader_words_$command\n"
	     "\t\t_domUloader_reply -W \"${!words}\"\n"
	     "\t\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
	     "\telif [[ $command == help ]]; then\n"
	     "\t\t_domUloader_reply -W \"$commands\"\n"
	     "\telif ((COMP_CWORD == at)); then\n"
	     "\t\t_domUloader_reply -f -W \"$commands\"\n"
	     "\telse\n"
	     "\t\t_domUloader_reply -f\n"
	     "\tfi\n"
	     "}\n"
	     "\n"
	     "complete -o filenames -F _domUloader domUloader");
}

/* ---- zsh ---- */

/* Escape for '...', and for [...] or a ':' in zsh's specifications. */
static void complete_put_quoted(const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(escaped, *text))
			putchar('\\');
		putchar(*text);
	}
}

static void zsh_option(void *arg, const struct option_view *o)
{
	static const char *const actions[] = {
		[FREE] = " ", [FILES] = "_files", [DIRECTORIES] = "_files -/"};
	enum value value = value_of(o);

	(void)arg;
	fputs("\t\t", stdout);
	if (o->letter)
		printf("'(-%c --%s)'{-%c,--%s}'", o->letter, o->name, o->letter, o->name);
	else
		printf("'--%s%s", o->name, value == NONE ? "" : "=");
	putchar('[');
	complete_put_quoted(o->help ? o->help : "the same", "[]:\\");
	putchar(']');
	if (value != NONE) {
		putchar(':');
		complete_put_quoted(o->argument, "[]:\\");
		putchar(':');
	}
	if (value == LISTED)
		printf("(%s)", o->values);
	else if (value != NONE)
		fputs(actions[value], stdout);
	puts("' \\");
}

static void zsh_command(const struct command *c)
{
	if (c)
		printf("(%s)\n\t_arguments -s \\\n\t\t'1: :(%s)' \\\n", c->name, c->name);
	else
		puts("(*)\n\t_arguments -s \\");
	options_each(c ? c->options : NULL, zsh_option, NULL);
	if (!c)
		puts("\t\t'1: :_domUloader_first' '2:name of the disk in the guest: '\n\t;;");
	else
		puts(names_command(c) ? "\t\t'2: :_domUloader_commands'\n\t;;"
				      : "\t\t'*:disk:_files'\n\t;;");
}

static void zsh_begin(void)
{
	puts("#compdef domUloader\n"
	     "# zsh completion for domUloader, written by make out of the program's table of options\n"
	     "\n"
	     "_domUloader_commands() {\n"
	     "\tlocal -a commands=(");
	for (size_t i = 0; command_at(i); i++) {
		printf("\t\t'%s:", command_at(i)->name);
		complete_put_quoted(command_at(i)->summary, ":\\");
		puts("'");
	}
	puts("\t)\n"
	     "\n"
	     "\t_describe command commands\n"
	     "}\n"
	     "\n"
	     "_domUloader_first() {\n"
	     "\t_domUloader_commands\n"
	     "\t_files\n"
	     "}\n"
	     "\n"
	     "case ${${words[2,-1]}[(r)[^-]*]} in");
}

static void zsh_end(void)
{
	puts("esac");
}

/* ---- fish ---- */

static void fish_description(const char *text)
{
	fputs(" -d '", stdout);
	for (; *text; text++)
		printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	putchar('\'');
}

static void fish_option(void *arg, const struct option_view *o)
{
	enum value value = value_of(o);

	printf("complete -c domUloader -n '%s' -l %s", (const char *)arg, o->name);
	if (o->letter)
		printf(" -s %c", o->letter);
	if (value == LISTED)
		printf(" -x -a '%s'", o->values);
	else if (value == DIRECTORIES)
		fputs(" -x -a '(__fish_complete_directories)'", stdout);
	else if (value == FILES)
		fputs(" -r -F", stdout);
	else if (value == FREE)
		fputs(" -x", stdout);
	if (o->help)
		fish_description(o->help);
	putchar('\n');
}

static void fish_command(const struct command *c)
{
	char condition[64] = "__domUloader_main";

	if (c) {
		snprintf(condition, sizeof(condition), "__domUloader_command %s", c->name);
		printf("complete -c domUloader -n '__domUloader_first' -a %s", c->name);
		fish_description(c->summary);
		putchar('\n');
	}
	options_each(c ? c->options : NULL, fish_option, condition);
}

static void fish_begin(void)
{
	fputs("# fish completion for domUloader, written by make out of the program's table of options\n"
	      "\n"
	      "function __domUloader_words\n"
	      "\tcommandline -opc | string match -v -- '-*'\n"
	      "end\n"
	      "\n"
	      "function __domUloader_command\n"
	      "\tset -l words (__domUloader_words)\n"
	      "\ttest (count $words) -gt 1; and test $words[2] = $argv[1]\n"
	      "end\n"
	      "\n"
	      "function __domUloader_first\n"
	      "\tset -l words (__domUloader_words)\n"
	      "\ttest (count $words) -eq 1; or test (count $words) -eq 2 -a $words[2] = help\n"
	      "end\n"
	      "\n"
	      "function __domUloader_main\n"
	      "\tset -l words (__domUloader_words)\n"
	      "\ttest (count $words) -lt 2; or not contains -- $words[2]",
		stdout);
	for (size_t i = 0; command_at(i); i++)
		printf(" %s", command_at(i)->name);
	puts("\nend\n");
}

static void fish_end(void)
{
}

int main(int argc, char **argv)
{
	static const struct shell shells[] = {
		{"bash", bash_begin, bash_command, bash_end},
		{"zsh", zsh_begin, zsh_command, zsh_end},
		{"fish", fish_begin, fish_command, fish_end},
	};

	for (size_t i = 0; argc == 2 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, argv[1]) != 0)
			continue;
		shells[i].begin();
		for (size_t k = 0; command_at(k); k++)
			shells[i].command(command_at(k));
		shells[i].command(NULL);
		shells[i].end();
		return fflush(stdout) != 0;
	}
	fputs("usage: complete bash|zsh|fish\n", stderr);
	return 2;
}
