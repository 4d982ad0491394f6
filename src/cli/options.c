/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - one table: name, argument, help, setter */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/num.h"
#include "base/quote.h"
#include "base/step.h"

enum kind {
	TEXT,	 /* const char * */
	FLAG,	 /* bool */
	SIZE,	 /* uint64_t, bytes with K, M, G */
	COUNT,	 /* uint64_t */
	DISK,	 /* appended to disk[] */
	BACKING, /* appended to allow_backing[] */
	FILES,	 /* appended to file[] */
	LATER,	 /* known, and refused until it works */
};

enum where {
	ANYWHERE,
	COMMAND_LINE, /* makes no sense as a key of the configuration file */
	COMMANDS,     /* and none for the main job: a command takes it */
};

static const struct row {
	const char *name;
	int letter; /* 0: none */
	enum kind kind;
	enum where where;
	size_t offset; /* in struct options */
	const char *argument, *help;
} rows[] = {
#define O(member) offsetof(struct options, member)
	{"entry", 0, TEXT, ANYWHERE, O(entry), "[DEV:]KERNEL[,INITRD]...",
		"the kernel to boot, and its initrds"},
	{"root", 0, TEXT, ANYWHERE, O(root), "DEV",
		"the guest's root; default: by --args, or searched"},
	{"disks", 0, TEXT, COMMAND_LINE, O(disks), "LIST",
		"all of the guest's disks, as in its configuration"},
	{"disk", 0, DISK, COMMAND_LINE, 0, "SPEC",
		"one disk more: phy:PATH,VDEV,MODE or xl's syntax"},
	{"args", 0, TEXT, ANYWHERE, O(args), "TEXT",
		"the kernel command line, handed through to the answer"},
	{"kernel", 0, TEXT, COMMAND_LINE, O(kernel), "PATH",
		"the same as an --entry without DEV; an --entry wins"},
	{"ramdisk", 0, TEXT, COMMAND_LINE, O(ramdisk), "PATH",
		"the initrd that goes with --kernel"},
	{"output", 0, TEXT, COMMAND_LINE, O(output), "FILE",
		"where the answer goes; - or nothing: standard output"},
	{"output-format", 0, TEXT, ANYWHERE, O(output_format), "FORMAT",
		"sxp, simple, simple0 or json"},
	{"output-directory", 0, TEXT, ANYWHERE, O(output_directory), "DIR",
		"where the copies go; default: --tmpdir"},
	{"tmpdir", 0, TEXT, ANYWHERE, O(tmpdir), "DIR",
		"made when missing; default /var/lib/xen/tmp"},
	{"mapper", 0, TEXT, ANYWHERE, O(mapper), "NAME", "auto, kpartx or loop"},
	{"dirty", 0, TEXT, ANYWHERE, O(dirty), "HOW",
		"a journal with changes: replay, stale or fail"},
	{"filesystems", 0, TEXT, ANYWHERE, O(filesystems), "LIST",
		"what may be mounted; +NAME adds one"},
	{"allow-backing", 0, BACKING, ANYWHERE, 0, "DIR",
		"where images may have backing files; repeatable"},
	{"any-kernel", 0, FLAG, ANYWHERE, O(any_kernel), NULL,
		"hand over what is not recognised as a kernel"},
	{"decompress", 0, FLAG, ANYWHERE, O(decompress), NULL,
		"hand over the ELF, or the arm64 Image, that is packed in the kernel"},
	{"max-kernel-size", 0, SIZE, ANYWHERE, O(max_kernel_size), "BYTES",
		"with K, M, G; default 1G"},
	{"max-initrd-size", 0, SIZE, ANYWHERE, O(max_initrd_size), "BYTES", "default 1G"},
	{"replay-limit", 0, SIZE, ANYWHERE, O(replay_limit), "BYTES",
		"memory for a journal's replay; default 256M"},
	{"runas", 0, COUNT, ANYWHERE, O(runas), "UID",
		"who reads the guest's bytes; default: nobody"},
	{"timeout", 0, COUNT, ANYWHERE, O(timeout), "SECONDS",
		"give up and clean up; default 0: never"},
	{"checksum", 0, FLAG, ANYWHERE, O(checksum), NULL,
		"the SHA-256 of each copy, in json and with -v"},
	{"reflink", 0, TEXT, ANYWHERE, O(reflink), "HOW",
		"auto or never: copies that share the image's blocks"},
	{"not-in-use", 0, FLAG, ANYWHERE, O(not_in_use), NULL,
		"refuse a disk that is open elsewhere for writing"},
	{"dry-run", 'n', FLAG, COMMAND_LINE, O(dry_run), NULL,
		"only say what would be done; also --dryrun, --not-really"},
	{"dryrun", 0, FLAG, COMMAND_LINE, O(dry_run), NULL, NULL},
	{"not-really", 0, FLAG, COMMAND_LINE, O(dry_run), NULL, NULL},
	{"vm", 0, TEXT, COMMAND_LINE, O(vm), "UUID",
		"which guest it is, as xenopsd tells eliloader; not needed"},
	{"interactive", 'i', LATER, COMMAND_LINE, 0, NULL, NULL},
	{"list-entries", 'l', LATER, COMMAND_LINE, 0, NULL, NULL},
	{"offset", 0, LATER, COMMAND_LINE, 0, "BYTES", NULL},
	{"isconfig", 0, LATER, COMMAND_LINE, 0, NULL, NULL},
	{"format", 0, TEXT, COMMANDS, O(format), "FORMAT", "text (the default) or json"},
	{"directory", 'o', TEXT, COMMANDS, O(directory), "DIR",
		"what is made of it; not there yet, or empty"},
	{"modules", 0, FLAG, COMMANDS, O(modules), NULL, "/lib/modules/VERSION as well"},
	{"file", 0, FILES, COMMANDS, 0, "PATH[:NAME]", "this file as well; repeatable"},
	{"stdout", 0, FLAG, COMMANDS, O(to_stdout), NULL,
		"the kernel, or the --file, to standard output"},
	{"xl-dir", 0, TEXT, COMMANDS, O(xl_dir), "DIR", "guests: configurations for xl, /etc/xen"},
	{"libvirt-xml", 0, TEXT, COMMANDS, O(libvirt_xml), "FILE|DIR", "guests: libvirt's domains"},
	{"images", 0, TEXT, COMMANDS, O(images), "GLOB", "guests: an image each"},
	{"jobs", 'j', COUNT, COMMANDS, O(jobs), "N", "guests at a time; default: as many as cores"},
	{"keep", 0, COUNT, COMMANDS, O(keep), "N",
		"versions of a guest's files that stay; default 2"},
	{"check", 0, FLAG, COMMANDS, O(check), NULL, "only say who is out of step"},
	{"resume", 0, FLAG, COMMANDS, O(resume), NULL,
		"pass over the guests that are there already"},
	{"config", 0, TEXT, COMMAND_LINE, O(config), "FILE", "default /etc/xen/domUloader.conf"},
	{"quiet", 'q', FLAG, ANYWHERE, O(quiet), NULL, "errors only"},
	{"verbose", 'v', FLAG, ANYWHERE, O(verbose), NULL, "say what is done"},
	{"debug", 0, FLAG, ANYWHERE, O(debug), NULL, "name each step as it is taken"},
	{"help", 'h', FLAG, COMMAND_LINE, O(help), NULL, "this text"},
	{"version", 0, FLAG, COMMAND_LINE, O(version), NULL, "the program's version"},
#undef O
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- setting ---- */

static void *member(struct options *o, const struct row *row)
{
	return (char *)o + row->offset;
}

static int refuse(const struct row *row, const char *value, const char *why, struct err *e)
{
	FAIL(e, -EINVAL, "options.value", "--%s=%s", row->name, QUOTE(value));
	return err_detail(e, "%s", why);
}

static int set_number(const struct row *row, const char *value, struct options *o, struct err *e)
{
	uint64_t n;
	int r = row->kind == SIZE ? num_parse_size(value, &n) : num_parse(value, INT32_MAX, &n);

	if (r < 0)
		return refuse(row, value,
			row->kind == SIZE ? "a number of bytes is wanted, with K, M, G or T"
					  : "a number is wanted",
			e);
	if (row->offset == offsetof(struct options, runas) && n == 0)
		return refuse(row, value, "the reader must not be root: that is what it is for", e);
	*(uint64_t *)member(o, row) = n;
	return 0;
}

static int set_disk(const char *value, struct options *o, struct err *e)
{
	if (o->n_disk == OPTIONS_DISKS_MAX) {
		FAIL(e, -E2BIG, "options.count", "--disk=%s", QUOTE(value));
		return err_detail(e, "%d disks at most", OPTIONS_DISKS_MAX);
	}
	o->disk[o->n_disk++] = value;
	return 0;
}

static int set_backing(const struct row *row, const char *value, struct options *o, struct err *e)
{
	if (!*value)
		return 0;
	if (value[0] != '/')
		return refuse(row, value, "a directory is wanted, from the root on: /DIR", e);
	if (o->n_allow_backing == OPTIONS_BACKING_MAX)
		return refuse(row, value, "that is one directory too many", e);
	o->allow_backing[o->n_allow_backing++] = value;
	return 0;
}

static int set_file(const struct row *row, const char *value, struct options *o, struct err *e)
{
	if (*value != '/')
		return refuse(row, value, "a path in the guest is wanted: it begins with '/'", e);
	if (o->n_files == OPTIONS_FILES_MAX) {
		FAIL(e, -E2BIG, "options.count", "--file=%s", QUOTE(value));
		return err_detail(e, "%d files at most", OPTIONS_FILES_MAX);
	}
	o->file[o->n_files++] = value;
	return 0;
}

static int set(const struct row *row, const char *value, struct options *o, struct err *e)
{
	switch (row->kind) {
	case TEXT:
		*(const char **)member(o, row) = value;
		return 0;
	case FLAG:
		*(bool *)member(o, row) = true;
		return 0;
	case SIZE:
	case COUNT:
		return set_number(row, value, o, e);
	case DISK:
		return set_disk(value, o, e);
	case BACKING:
		return set_backing(row, value, o, e);
	case FILES:
		return set_file(row, value, o, e);
	case LATER:
		break;
	}
	return FAIL(e, -EINVAL, "options.later", "--%s", row->name);
}

static int flag_value(const char *value)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "off", "on"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(value, words[i]))
			return i % 2;
	return -EINVAL;
}

int options_set_key(const char *key, const char *value, struct options *o, struct err *e)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];

		if (strcmp(row->name, key) != 0 || row->where != ANYWHERE)
			continue;
		if (row->kind != FLAG)
			return set(row, value, o, e);
		if (flag_value(value) < 0)
			return refuse(row, value, "yes or no is wanted", e);
		*(bool *)member(o, row) = flag_value(value) > 0;
		return 0;
	}
	return -ENOENT;
}

/* ---- the command line ---- */

static const struct row *row_by_letter(int letter)
{
	for (size_t i = 0; letter && i < N_ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

bool options_is_known(const char *text, size_t len)
{
	if (len < 2 || text[0] != '-')
		return false;
	if (text[1] != '-')
		return len == 2 && row_by_letter(text[1]);
	for (size_t i = 0; i < N_ROWS; i++)
		if (strlen(rows[i].name) == len - 2 && rows[i].where != COMMANDS &&
			!strncmp(rows[i].name, text + 2, len - 2))
			return true;
	return false;
}

#define LONG_BASE  256
#define HELP_WIDTH 27 /* of a column that leaves room beside it */

static bool is_in(const char *const *names, const char *name)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

/* @options: of a command, besides those that all take; NULL: the main job. */
static bool takes(const char *const *options, const struct row *row)
{
	static const char *const all[] = {
		"config", "quiet", "verbose", "debug", "help", "version", NULL};

	if (!options)
		return row->where != COMMANDS;
	return is_in(options, row->name) || is_in(all, row->name);
}

static void build_getopt(
	const char *const *options, struct option longs[N_ROWS + 1], char shorts[2 * N_ROWS + 2])
{
	size_t n_longs = 0, n = 0;

	shorts[n++] = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		bool wants = rows[i].kind != FLAG && rows[i].argument;

		if (!takes(options, &rows[i]))
			continue;
		longs[n_longs++] = (struct option){rows[i].name,
			wants ? required_argument : no_argument, NULL, LONG_BASE + (int)i};
		if (rows[i].letter)
			shorts[n++] = (char)rows[i].letter;
		if (rows[i].letter && wants)
			shorts[n++] = ':';
	}
	longs[n_longs] = (struct option){0};
	shorts[n] = '\0';
}

/*
 * The next option: its row, NULL at the end, with *ret_bad the complaint about one that is not
 * known.
 */
static const struct row *next_row(const struct words *w, const char **ret_bad)
{
	static struct option longs[N_ROWS + 1];
	static char shorts[2 * N_ROWS + 2];
	static const char *const *built_for;
	int c;

	if (!longs[0].name || built_for != w->options)
		build_getopt(w->options, longs, shorts);
	built_for = w->options;
	*ret_bad = NULL;
	opterr = 0;
	c = getopt_long(w->n, w->word, shorts, longs, NULL);
	if (c == -1)
		return NULL;
	if (c == '?' || c == ':') {
		*ret_bad =
			c == ':'
				? "it wants a value"
				: "there is no such option, or it takes no value, or it is short for several";
		return NULL;
	}
	return c >= LONG_BASE ? &rows[c - LONG_BASE] : row_by_letter(c);
}

const char *options_find_output(const struct words *words)
{
	const char *bad, *found = NULL;
	const struct row *row;

	optind = 0;
	while ((row = next_row(words, &bad)) || bad)
		if (row && row->offset == offsetof(struct options, output) && row->kind == TEXT)
			found = optarg;
	return found;
}

/* An empty one names nothing: a toolstack that splits its arguments at each blank makes such. */
static int take_positionals(const struct words *w, struct options *o, struct err *e)
{
	const char *what = w->positionals == 0 ? "only options are taken here"
			   : w->options	       ? "that are too many disks"
					       : "after the options: DISK [VDEV]; more disks go "
						 "into --disks or --disk";

	for (; optind < w->n; optind++) {
		if (!*w->word[optind])
			continue;
		if (o->n_positional == w->positionals) {
			FAIL(e, -EINVAL, "options.count", "%s", QUOTE(w->word[optind]));
			return err_detail(e, "%s", what);
		}
		o->positional[o->n_positional++] = w->word[optind];
	}
	return 0;
}

/* The option that may have been meant, NULL when none is near; @word: "--outptu=x". */
static const char *nearest(const char *const *options, const char *word)
{
	const struct row *found = NULL;
	unsigned int best = NEAR_NONE;
	char name[64];

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; i < N_ROWS; i++) {
		unsigned int n = near_distance(name, rows[i].name);

		if (takes(options, &rows[i]) && n > 0 && n < best) {
			best = n;
			found = &rows[i];
		}
	}
	return found ? found->name : NULL;
}

static int refuse_unknown(const struct words *words, const char *bad, struct err *e)
{
	const char *word = words->word[optind > 0 ? optind - 1 : 0];
	const char *near = nearest(words->options, word);

	FAIL(e, -EINVAL, "options.unknown", "%s", QUOTE(word));
	if (near)
		return err_detail(e, "%s; did you mean --%s?", bad, near);
	return err_detail(e, "%s", bad);
}

int options_parse(const struct words *words, struct options *o, struct err *e)
{
	const struct row *row;
	const char *bad;

	optind = 0;
	while ((row = next_row(words, &bad))) {
		int r = set(row, optarg, o, e);

		if (r < 0)
			return r;
	}
	if (bad)
		return refuse_unknown(words, bad, e);
	return take_positionals(words, o, e);
}

/* ---- the table as text ---- */

static const char *help_left(const struct row *row, char to[64])
{
	char letter[8] = "    ";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(to, 64, "%s--%s%s%s", letter, row->name, row->argument ? "=" : "",
		row->argument ? row->argument : "");
	return to;
}

void options_help(FILE *to, const char *const *options)
{
	char left[64];
	int width = 0;

	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].help && takes(options, &rows[i])) {
			int n = (int)strlen(help_left(&rows[i], left));

			width = n > width && n <= HELP_WIDTH ? n : width;
		}
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].help && takes(options, &rows[i]))
			fprintf(to, "  %-*s  %s\n", width, help_left(&rows[i], left), rows[i].help);
}

/* Of the options that take one of a few words. */
static const char *values_of(const char *name)
{
	static const struct {
		const char *name, *values;
	} lists[] = {
		{"output-format", "sxp simple simple0 json"},
		{"mapper", "auto kpartx loop"},
		{"dirty", "replay stale fail"},
		{"format", "text json"},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].name, name))
			return lists[i].values;
	return NULL;
}

void options_each(const char *const *options, options_each_fn each, void *arg)
{
	for (const struct row *row = rows; row < rows + N_ROWS; row++) {
		const struct option_view view = {row->name, row->letter,
			row->kind == FLAG ? NULL : row->argument, values_of(row->name), row->help};

		if (row->kind != LATER && takes(options, row))
			each(arg, &view);
	}
}

void options_list(FILE *to)
{
	static const char *const wheres[] = {
		[ANYWHERE] = "conf", [COMMAND_LINE] = "line", [COMMANDS] = "command"};

	for (size_t i = 0; i < N_ROWS; i++)
		fprintf(to, "%s\t%s\t%s\t%s\n", rows[i].name, wheres[rows[i].where],
			rows[i].kind == LATER ? "later" : "now",
			rows[i].argument ? rows[i].argument : "");
}
