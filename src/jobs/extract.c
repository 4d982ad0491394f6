/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract - extract kernel, initrds, modules and files, under their names in the guest */
#include "jobs/extract.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/own.h"
#include "base/quote.h"
#include "base/step.h"
#include "jobs/extract_tree.h"
#include "kernels/fetch.h"
#include "kernels/modules.h"
#include "reader/reader.h"
#include "source/source.h"

static bool wants_kernel(const struct plan *p)
{
	return !p->to_stdout || p->n_files == 0;
}

/* ---- names ---- */

/* The last component; characters that are special to terminals or shells become '_'. */
static void safe_name(const char *guest_path, char to[NAME_MAX + 1])
{
	const char *base = strrchr(guest_path, '/');

	snprintf(to, NAME_MAX + 1, "%.*s", NAME_MAX, base ? base + 1 : guest_path);
	for (char *c = to; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("\\\"'`$&;|<>*?()[]{}!#~", *c))
			*c = '_';
	if (*to == '.')
		*to = '_';
}

static bool extract_is_taken(const struct manifest *m, const char *name)
{
	for (unsigned int i = 0; i < m->n_files; i++)
		if (!strcmp(m->file[i].name, name))
			return true;
	return !strcmp(name, MANIFEST_NAME) || !strcmp(name, "modules");
}

/* ---- files ---- */

struct wanted {
	const char *what;
	const char *path;
	const char *name; /* as requested; NULL: as in the guest */
	uint64_t limit;
};

static int open_output(struct extracted *x, const char *name, struct err *e)
{
	int fd;

	if (!x->stage) {
		fd = STEP(e, "extract.memory", QUOTE(name), memfd_create("file", MFD_CLOEXEC));
		if (fd >= 0)
			x->stdout_fd = fd;
		return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	}
	return STEP(e, "extract.create", QUOTE(name),
		openat(x->stage->fd, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC,
			0644));
}

static int extract_recognise(
	struct guest *g, struct manifest *m, const struct source_file *f, struct err *e)
{
	struct kernel_info info;
	int r = reader_kernel(g->reader, f->fd, 0, QUOTE(f->guest_path), &info, e);

	if (r < 0)
		return r;
	if (info.kind == KERNEL_UNKNOWN && !g->plan->any_kernel)
		return FAIL(e, -ENOEXEC, "fetch.kernel", "%s", QUOTE(f->guest_path));
	m->kind = kernel_kind_name(info.kind);
	memcpy(m->version, info.version, sizeof(m->version));
	memcpy(m->compression, info.compression, sizeof(m->compression));
	memcpy(m->arch, info.arch, sizeof(m->arch));
	modules_release_of(m->version, f->guest_path, m->release);
	return 0;
}

static int copy_out(struct guest *g, struct extracted *x, const struct wanted *w,
	const struct source_file *f, struct manifest_file *to, struct err *e)
{
	own_fd int out_fd = open_output(x, to->name, e);
	struct copied copied;
	int r = out_fd;

	if (r >= 0) {
		const struct copy_request rq = {.in_fd = f->fd,
			.out_fd = out_fd,
			.limit = w->limit,
			.checksum = true,
			.subject = QUOTE(w->path)};

		r = reader_copy(g->reader, &rq, &copied, e);
	}
	if (r < 0)
		return r;
	to->from.size = copied.bytes;
	digest_text(copied.sha256, to->sha256);
	return 0;
}

static int extract_take_file(
	struct guest *g, struct extracted *x, const struct wanted *w, struct err *e)
{
	struct manifest *m = &x->manifest;
	struct manifest_file *to = &m->file[m->n_files];
	struct source_file f;
	own_fd int fd = -1;
	int r = g->source->open(g, w->path, SOURCE_FOLLOW, &f, e);

	if (r >= 0)
		fd = f.fd;
	if (r >= 0 && !strcmp(w->what, "kernel"))
		r = extract_recognise(g, m, &f, e);
	if (r < 0)
		return r;
	*to = (struct manifest_file){.what = w->what};
	fetch_describe(&f, &to->from);
	safe_name(w->name ? w->name : f.guest_path, to->name);
	if (extract_is_taken(m, to->name)) {
		FAIL(e, -EEXIST, "extract.name", "%s", QUOTE(to->name));
		return err_detail(e, "%s has that name, too", QUOTE(w->path));
	}
	r = copy_out(g, x, w, &f, to, e);
	m->n_files += r >= 0;
	return r;
}

static int take_boot(struct guest *g, struct extracted *x, struct err *e)
{
	const struct plan *p = g->plan;
	struct wanted w = {.what = "kernel", .path = p->entry.kernel, .limit = p->max_kernel_size};
	int r = extract_take_file(g, x, &w, e);

	for (unsigned int i = 0; r >= 0 && !p->to_stdout && i < p->entry.n_initrds; i++) {
		w = (struct wanted){
			.what = "initrd", .path = p->entry.initrd[i], .limit = p->max_initrd_size};
		r = extract_take_file(g, x, &w, e);
	}
	return r;
}

static int take_others(struct guest *g, struct extracted *x, struct err *e)
{
	const struct plan *p = g->plan;
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < p->n_files; i++) {
		own_free char *path = strdup(p->file[i]);
		char *colon = path ? strrchr(path, ':') : NULL;
		struct wanted w = {.what = "file", .path = path, .limit = p->max_initrd_size};

		if (!path)
			return err_set(e, -ENOMEM, "extract.memory", "%s", "");
		if (colon && colon[1] && !strchr(colon, '/')) {
			*colon = '\0';
			w.name = colon + 1;
		}
		r = extract_take_file(g, x, &w, e);
	}
	return r;
}

/* ---- modules ---- */

static int extract_take_modules(struct guest *g, struct extracted *x, struct err *e)
{
	struct manifest *m = &x->manifest;
	own_fd int fd =
		STEP(e, "extract.modules", "modules", extract_make_dir(x->stage->fd, "modules"));

	return fd < 0 ? fd
		      : extract_modules(
				g, m->release, m->file[0].from.guest_path, fd, &m->modules, e);
}

/* ---- the whole ---- */

/* Discards the result of an earlier attempt. */
static int extract_begin(struct guest *g, struct scope *outputs, struct extracted *x, struct err *e)
{
	int r = 0;

	if (x->stdout_fd > 0)
		close(TAKE_FD(x->stdout_fd));
	if (x->stage)
		r = stage_discard(x->stage, e);
	x->stage = NULL;
	x->manifest = (struct manifest){.mapper = g->mapper->name};
	if (r < 0 || g->plan->to_stdout)
		return r;
	return stage_begin(outputs, g->plan->directory, g->tag, &x->stage, e);
}

int extract_all(struct guest *g, struct scope *outputs, struct extracted *x, struct err *e)
{
	int r = extract_begin(g, outputs, x, e);

	if (r >= 0 && wants_kernel(g->plan))
		r = default_kernel(g, &x->choice, e);
	if (r >= 0)
		r = source_enter(g, e);
	if (r >= 0 && wants_kernel(g->plan))
		r = take_boot(g, x, e);
	if (r >= 0)
		r = take_others(g, x, e);
	if (r >= 0 && g->plan->modules)
		r = extract_take_modules(g, x, e);
	x->manifest.in_use = g->in_use;
	return r;
}

bool extract_is_same(const struct manifest *a, const struct manifest *b)
{
	bool same = a->n_files == b->n_files && !strcmp(a->modules.sha256, b->modules.sha256);

	for (unsigned int i = 0; same && i < a->n_files; i++)
		same = !strcmp(a->file[i].name, b->file[i].name) &&
		       !strcmp(a->file[i].sha256, b->file[i].sha256);
	return same;
}

void extract_done(struct extracted *x)
{
	if (x->stdout_fd > 0)
		close(x->stdout_fd);
	default_kernel_done(&x->choice);
}
