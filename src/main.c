/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main - parse the command line, run, print one error and one hint, choose the exit code */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/fault.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/step.h"
#include "cli/called.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "front/front.h"
#include "front/output.h"
#include "jobs/jobs.h"
#include "plan/conf.h"
#include "plan/options.h"
#include "plan/options_parse.h"
#include "plan/options_text.h"
#include "plan/plan.h"
#include "plan/plan_make.h"

/* Under xend our stderr is lost, so errors go to syslog, too. */
static void print_error(const struct err *e, const struct called *called)
{
	const char *advice = hint_advice(e);
	char line[512];

	snprintf(line, sizeof(line), "%s [%s]", HINT_LINE(e, e->subject), e->step ? e->step : "?");
	log_always("domUloader error: %s", line);
	if (e->detail[0])
		log_always("  %s", e->detail);
	if (advice)
		log_always("  hint: %s", advice);
	if (called) /* last: the caller takes the text up to the end */
		log_always("%s%s%s%s", called->before_error, line, e->detail[0] ? "; " : "",
			e->detail);
	openlog("domUloader", LOG_PID, LOG_DAEMON);
	syslog(LOG_ERR, "%s%s%s", line, e->detail[0] ? "; " : "", e->detail);
}

static enum log_level level_of(const struct options *o)
{
	if (o->debug)
		return LOG_LEVEL_DEBUG;
	if (o->verbose)
		return LOG_LEVEL_VERBOSE;
	return o->quiet ? LOG_LEVEL_QUIET : LOG_LEVEL_NORMAL;
}

/* The command line is parsed twice: it names the configuration file, whose values it overrides. */
static int read_options(const struct words *words, const struct called *called,
	const struct command *command, struct options *o, struct err *e)
{
	struct options first;
	int r;

	options_defaults(&first);
	options_defaults(o);
	r = options_parse(words, &first, e);
	if (r < 0 || first.help || first.version || (command && command->unconfigured)) {
		*o = first;
		return r;
	}
	r = conf_read(first.config, o, e);
	called_options(called, o);
	return r < 0 ? r : options_parse(words, o, e);
}

static int main_run(const struct job *job, const struct options *o, struct output *out,
	unsigned int *unclean, struct err *e)
{
	struct plan plan;
	int r = plan_make(job, o, &plan, e);

	if (r < 0)
		return r;
	plan_tell(&plan);
	r = front_run(&plan, out, unclean, e);
	plan_done(&plan);
	return r < 0 ? r : EXIT_DONE;
}

static int main_show(const struct command *command, const struct options *o)
{
	if (!o->help)
		puts("domUloader " DOMU_VERSION);
	else if (command)
		command_help(command, o->help_all, stdout);
	else
		program_help(o->help_all, stdout);
	return EXIT_DONE;
}

#ifdef DOMU_FAULTS
static int show_lists(const char *what)
{
	if (!strcmp(what, "--list-steps"))
		fault_list_steps();
	else if (!strcmp(what, "--list-phrases"))
		hint_list();
	else if (!strcmp(what, "--list-options"))
		options_list(stdout);
	else
		return 0;
	return 1;
}
#endif

/*
 * Occupy standard descriptors that are closed, or a file opened later would get their numbers. They
 * are opened in the wrong direction, so that using one still fails.
 */
static void occupy_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Get the words of the main job. Open --output before anything can fail. */
static int main_begin(int argc, char **argv, struct words *words, struct output *out, struct err *e)
{
	int r;

	*words = argv_split(argc, argv, options_is_known);
	if (!words->word)
		return err_set(e, -ENOMEM, "options.count", "%d arguments", argc);
	r = output_open(out, options_find_output(words), e);
	out->is_line = true;
	return r < 0 || argc < 2 ? r : command_misspelt(argc, argv, e);
}

/* Get the words of a command. A command with a job writes its result to standard output. */
static int begin_command(const struct command *c, int argc, char **argv, struct words *words,
	struct output *out, struct err *e)
{
	*words = command_words(c, argc, argv);
	return c->job ? output_open(out, NULL, e) : 0;
}

int main(int argc, char **argv)
{
	const struct command *command = command_take(argc, argv);
	const struct called *called = called_by(argv[0]);
	static struct words words; /* referenced until the program ends, as is o */
	static struct options o;
	struct output out = {.fd = -1};
	struct err e = {0};
	unsigned int unclean = 0;
	int r;

	occupy_standard_descriptors();
#ifdef DOMU_FAULTS
	if (argc == 2 && show_lists(argv[1]))
		return 0;
#endif
	fault_init();
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an ordinary error (EPIPE) */
	signal(SIGCHLD, SIG_DFL); /* if the caller ignores it, children cannot be waited for */
	if (command)
		r = begin_command(command, argc - 1, argv + 1, &words, &out, &e);
	else
		r = main_begin(argc, argv, &words, &out, &e);
	if (r >= 0)
		r = read_options(&words, called, command, &o, &e);
	if (r >= 0 && (o.help || o.version))
		return main_show(command, &o);
	if (r >= 0) {
		log_set_level(level_of(&o));
		log_once_begin();
		terminal_look(&o);
		if (command && command->run)
			r = command->run(&o, &e);
		else
			r = main_run(command ? command->job : &job_boot, &o, &out, &unclean, &e);
	}
	output_done(&out);
	if (r >= 0)
		return r; /* a command's exit code; EXIT_DONE for a job */
	print_error(&e, called);
	return unclean ? EXIT_CLEANUP : hint_exit_code(&e);
}
