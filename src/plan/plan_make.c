/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_make - make the plan from options, configuration and defaults */
#include "plan/plan_make.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/emitter.h"
#include "base/array.h"
#include "base/log.h"
#include "base/near.h"
#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "block/probe.h"
#include "map/mapper.h"
#include "plan/job.h"
#include "plan/options.h"
#include "plan/plan_disks.h"

#define PV_ARGS_MAX 1023 /* MAX_GUEST_CMDLINE of Xen's interface, without its NUL */

static int plan_device(const char *text, struct devspec *ret, struct err *e)
{
	int r = devspec_parse(text, ret, e);

	if (r < 0 || ret->kind != DEVSPEC_FOREIGN)
		return r;
	FAIL(e, -EINVAL, "plan.device", "%s", QUOTE(text));
	return err_detail(
		e, "expected a partition such as xvda2, /dev/hda2, UUID=... or LABEL=...");
}

/* These options take one path; in an entry a ',' would end it. */
static int check_path(const char *option, const char *path, struct err *e)
{
	if (!path || !strchr(path, ','))
		return 0;
	FAIL(e, -EINVAL, "plan.entry", "%s=%s", option, QUOTE(path));
	return err_detail(e, "a path cannot have a comma; --entry accepts several initrds");
}

/* DEV, DEV[SUBVOL] */
static int plan_place(const char *text, struct devspec *ret, char subvol[SUBVOL_MAX], struct err *e)
{
	own_free char *dev = NULL;
	int r = subvol_split(text, &dev, subvol, e);

	return r < 0 ? r : plan_device(dev, ret, e);
}

/* From --entry; else from libxl's kernel= and ramdisk=, as an entry without a device. */
static int plan_entry(const struct options *o, struct plan *p, struct err *e)
{
	own_free char *made = NULL;
	const char *text = o->entry;
	int r = text ? 0 : check_path("--kernel", o->kernel, e);

	if (!text && r >= 0)
		r = check_path("--ramdisk", o->ramdisk, e);
	if (r < 0)
		return r;
	if (!text && o->kernel) {
		if (asprintf(&made, "%s,%s", o->kernel, o->ramdisk ? o->ramdisk : "") < 0) {
			made = NULL;
			return err_set(e, -ENOMEM, "plan.entry", "--kernel");
		}
		text = made;
	}
	if (!text && (o->default_kernel || !p->job->needs_entry))
		return 0;
	if (!text) {
		FAIL(e, -EINVAL, "plan.entry", "no --entry");
		return err_detail(e, "specify the kernel with --entry=[DEV:]KERNEL[,INITRD]..., "
				     "as in --entry=xvda1:/boot/vmlinuz,/boot/initrd");
	}
	r = entry_parse(text, &p->entry, e);
	return r < 0 || !p->entry.dev ? r : plan_place(p->entry.dev, &p->dev, p->dev_subvol, e);
}

/*
 * Find the value of the last @key ("root=") in a command line, as the guest's kernel would.
 * Returns: malloc'ed; NULL if there is none
 */
static char *last_in_args(const char *args, const char *key)
{
	const char *found = NULL;
	size_t len = strlen(key);

	for (const char *word = args; word && *word; word += strcspn(word, " \t\n")) {
		word += strspn(word, " \t\n");
		if (!strncmp(word, key, len))
			found = word + len;
	}
	return found && !isspace((unsigned char)*found) && *found
		       ? strndup(found, strcspn(found, " \t\n"))
		       : NULL;
}

/* The subvolume that the guest's kernel mounts as its root. */
static int plan_rootflags(const struct options *o, struct plan *p, struct err *e)
{
	own_free char *flags = last_in_args(o->args, "rootflags=");

	if (!flags || subvol_of_options(flags, p->root_subvol, sizeof(p->root_subvol)))
		return 0;
	FAIL(e, -EINVAL, "plan.rootflags", "rootflags=%s", QUOTE(flags));
	return err_detail(e, "its subvolume cannot be used; specify it with --root=DEV[SUBVOLUME]");
}

static int plan_root(const struct options *o, struct plan *p, struct err *e)
{
	own_free char *from_args = o->root ? NULL : last_in_args(o->args, "root=");
	int r = 0;

	p->has_root = o->root || from_args;
	if (o->root)
		r = plan_place(o->root, &p->root, p->root_subvol, e);
	else if (from_args)
		r = plan_device(from_args, &p->root, e);
	p->root_subvol_named = p->root_subvol[0];
	return r < 0 || p->root_subvol_named ? r : plan_rootflags(o, p, e);
}

int plan_view(const struct options *o, struct plan *p, struct err *e)
{
	p->view = (struct display){
		.json = !strcmp(o->format, "json"), .colour = o->colour, .width = o->width};
	if (p->view.json || !strcmp(o->format, "text"))
		return 0;
	FAIL(e, -EINVAL, "plan.view", "--format=%s", QUOTE(o->format));
	return err_detail(e, "valid values: text, json");
}

int plan_emitter(const struct options *o, struct plan *p, struct err *e)
{
	p->emitter = emitter_by_name(o->output_format);
	if (p->emitter)
		return 0;
	FAIL(e, -EINVAL, "plan.format", "--output-format=%s", QUOTE(o->output_format));
	return err_detail(e, "valid values: %s", emitter_names());
}

static int plan_mapper(const struct options *o, struct plan *p, struct err *e)
{
	p->mapper = mapper_by_name(o->mapper);
	if (!p->mapper && strcmp(o->mapper, "auto") != 0) {
		FAIL(e, -EINVAL, "plan.mapper", "--mapper=%s", QUOTE(o->mapper));
		return err_detail(e, "valid values: auto, %s", mapper_names());
	}
	return 0;
}

static int plan_reflink(const struct options *o, struct plan *p, struct err *e)
{
	p->reflink = !strcmp(o->reflink, "auto");
	if (p->reflink || !strcmp(o->reflink, "never"))
		return 0;
	FAIL(e, -EINVAL, "plan.reflink", "--reflink=%s", QUOTE(o->reflink));
	return err_detail(e, "valid values: auto, never");
}

static int plan_dirty(const struct options *o, struct plan *p, struct err *e)
{
	static const char *const names[] = {
		[DIRTY_REPLAY] = "replay", [DIRTY_STALE] = "stale", [DIRTY_FAIL] = "fail"};

	_Static_assert(COUNT(names) == DIRTY_FAIL + 1, "each way has its name");

	for (unsigned int i = 0; i < COUNT(names); i++)
		if (!strcmp(o->dirty, names[i])) {
			p->dirty = (enum dirty)i;
			return 0;
		}
	FAIL(e, -EINVAL, "plan.dirty", "--dirty=%s", QUOTE(o->dirty));
	return err_detail(e, "valid values: replay, stale, fail");
}

#define FILESYSTEMS_WANTED                                                                         \
	"expected names of filesystems, separated by spaces or commas; '+NAME' adds one"

static int add_filesystem(struct plan *p, const char *name, size_t len, struct err *e)
{
	if (len == 0 || len >= sizeof(p->filesystem[0]) ||
		p->n_filesystems == PLAN_FILESYSTEMS_MAX) {
		FAIL(e, -EINVAL, "plan.filesystems", "--filesystems");
		return err_detail(e, FILESYSTEMS_WANTED);
	}
	snprintf(p->filesystem[p->n_filesystems++], sizeof(p->filesystem[0]), "%.*s", (int)len,
		name);
	return 0;
}

int plan_filesystems(const char *text, struct plan *p, struct err *e)
{
	static const char separators[] = " \t\n,";
	int r = 0;

	text += strspn(text, separators);
	if (*text == '+')
		r = plan_filesystems(DEFAULT_FILESYSTEMS, p, e);
	while (r >= 0 && *text) {
		size_t plus = *text == '+', len = strcspn(text, separators);

		r = add_filesystem(p, text + plus, len - plus, e);
		text += len;
		text += strspn(text, separators);
	}
	return r;
}

/* A name that libblkid does not know is misspelled, unless it is a default: old versions lack some.
 */
static int plan_check_filesystem(const char *name, struct err *e)
{
	struct near near = NEAR_NOTHING;
	struct plan usual = {0};

	if (probe_knows(name))
		return 0;
	plan_filesystems(DEFAULT_FILESYSTEMS, &usual, NULL);
	for (unsigned int i = 0; i < usual.n_filesystems; i++)
		near_consider(&near, name, usual.filesystem[i]);
	if (near.distance == 0)
		return 0;
	FAIL(e, -EINVAL, "plan.filesystems", "--filesystems");
	return err_detail(e, "unknown filesystem %s%s%s%s", QUOTE(name),
		near.word ? "; did you mean " : "", near.word ? near.word : "",
		near.word ? "?" : "");
}

static int plan_check_filesystems(const struct plan *p, struct err *e)
{
	int r = 0;

	if (p->n_filesystems == 0) {
		FAIL(e, -EINVAL, "plan.filesystems", "--filesystems");
		return err_detail(e, FILESYSTEMS_WANTED);
	}
	for (unsigned int i = 0; r >= 0 && i < p->n_filesystems; i++)
		r = plan_check_filesystem(p->filesystem[i], e);
	return r;
}

/* The options that accept a few words, and the list of filesystems. */
static int plan_words(const struct options *o, struct plan *p, struct err *e)
{
	int r = plan_mapper(o, p, e);

	if (r >= 0)
		r = plan_dirty(o, p, e);
	if (r >= 0)
		r = plan_reflink(o, p, e);
	if (r >= 0)
		r = plan_filesystems(o->filesystems, p, e);
	return r < 0 ? r : plan_check_filesystems(p, e);
}

static void plan_rest(const struct options *o, struct plan *p)
{
	p->args = o->args && *o->args ? o->args : NULL;
	p->output_dir = o->output_directory ? o->output_directory : o->tmpdir;
	p->make_output_dir = o->output_directory ? 0 : o->tmpdir_mode;
	p->max_kernel_size = o->max_kernel_size;
	p->max_initrd_size = o->max_initrd_size;
	p->replay_limit = o->replay_limit;
	p->runas = o->runas ? (uid_t)o->runas : NOBODY;
	p->timeout = (unsigned int)o->timeout;
	p->dry_run = o->dry_run;
	p->stamps = o->stamps;
	p->any_kernel = o->any_kernel;
	p->decompress = o->decompress;
	p->checksum = o->checksum;
	p->not_in_use = o->not_in_use;
	p->allow_backing = o->allow_backing;
	p->n_allow_backing = o->n_allow_backing;
}

int plan_make(const struct job *job, const struct options *o, struct plan *ret, struct err *e)
{
	struct plan p = {.job = job};
	int r = plan_entry(o, &p, e);

	if (r >= 0)
		r = plan_disks(o, &p, e);
	if (r >= 0)
		r = plan_root(o, &p, e);
	if (r >= 0)
		r = job->plan ? job->plan(o, &p, e) : 0;
	if (r >= 0)
		r = plan_words(o, &p, e);
	if (r < 0) {
		plan_done(&p);
		return r;
	}
	plan_rest(o, &p);
	*ret = p;
	return 0;
}

int plan_check(const struct options *o, struct err *e)
{
	static const struct job no_job = {0};
	struct plan p = {.job = &no_job};
	int r = plan_entry(o, &p, e);

	if (r >= 0)
		r = plan_root(o, &p, e);
	if (r >= 0)
		r = plan_emitter(o, &p, e);
	if (r >= 0)
		r = plan_words(o, &p, e);
	plan_done(&p);
	return r < 0 ? r : 0;
}

void plan_done(struct plan *p)
{
	entry_done(&p->entry);
	for (size_t i = 0; i < p->n_disks; i++)
		diskspec_done(&p->disk[i].spec);
	free(p->disk);
	*p = (struct plan){0};
}

/* Xen truncates a longer command line silently. */
static void warn_of_args(const char *args)
{
	size_t len = args ? strlen(args) : 0;

	if (len > PV_ARGS_MAX)
		log_warn(
			"the command line has %zu bytes, but a PV guest gets only the first %d: "
			"shorten it in the guest's configuration (root=, extra=, cmdline=, --args)",
			len, PV_ARGS_MAX);
}

static void tell_entry(const struct plan *p)
{
	log_verbose("plan: kernel %s", QUOTE(p->entry.kernel));
	for (unsigned int i = 0; i < p->entry.n_initrds; i++)
		log_verbose("plan: initrd %s", QUOTE(p->entry.initrd[i]));
	if (p->entry.dev)
		log_verbose("plan: all on the guest's %s", QUOTE(p->entry.dev));
	else if (p->has_root)
		log_verbose("plan: root %s", QUOTE(p->root.value));
	if (!p->entry.dev && p->root_subvol[0])
		log_verbose("plan: the root's %s", QUOTE(p->root_subvol));
}

void plan_tell(const struct plan *p)
{
	if (p->entry.kernel)
		tell_entry(p);
	for (size_t i = 0; i < p->n_disks; i++)
		log_verbose("plan: disk %s is %s", QUOTE(p->disk[i].spec.vdev),
			QUOTE(p->disk[i].spec.path));
	if (p->mapper) /* otherwise it is printed once it is chosen */
		log_verbose("plan: mapper %s", p->mapper->name);
	if (p->job->tell)
		p->job->tell(p);
}

void plan_tell_copies(const struct plan *p)
{
	warn_of_args(p->args);
	log_verbose("plan: answer as %s", p->emitter->name);
	if (p->dry_run)
		log_verbose("plan: nothing is copied (dry run)");
	else
		log_verbose("plan: copies in %s", QUOTE(p->output_dir));
}
