/* SPDX-License-Identifier: GPL-2.0-or-later */
/* default - choose the guest's default kernel if no entry names one */
#include "kernels/default.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/quote.h"
#include "base/step.h"
#include "base/text.h"
#include "disks/find.h"

static int fail_choice(const struct survey *s, struct err *e)
{
	char all[sizeof(e->detail) - 16] = "";

	FAIL(e, s->kernels.n ? -ENOTUNIQ : -ENOENT, "default.kernel", "%s", "no --entry");
	for (size_t i = 0; i < s->kernels.n; i++) {
		const struct list_kernel *k = s->kernels.at[i];
		char option[sizeof(k->guest_entry) + 16], word[QUOTE_SIZE];

		snprintf(option, sizeof(option), "--entry=%s", k->guest_entry);
		if (!k->guest_entry[0] || !quote_shell(word, sizeof(word), option))
			continue;
		text_list(all, sizeof(all), "; ", "%s%.60s%s%s", k->needs_root ? "--root=" : "",
			k->needs_root ? k->guest_root : "", k->needs_root ? " " : "", word);
	}
	return all[0] ? err_detail(e, "there are: %s", all) : e->code;
}

static const struct list_kernel *marked(const struct survey *s)
{
	for (size_t i = 0; i < s->kernels.n; i++)
		if (s->kernels.at[i]->is_default)
			return s->kernels.at[i];
	return NULL;
}

/* The kernels of one root are adjacent in the list. */
static const struct list_kernel *default_in(const struct survey *s, const struct root *root)
{
	struct list_kernel *const *all = s->kernels.at;
	char text[LIST_ROOT_MAX];
	size_t from = 0, n;

	root_text(root, text, sizeof(text));
	while (from < s->kernels.n && strcmp(all[from]->guest_root, text) != 0)
		from++;
	for (n = from; n < s->kernels.n && !strcmp(all[n]->guest_root, text);)
		n++;
	return kernels_default(all + from, n - from);
}

/* Of the root that the plan names; else of the only root. */
static int find_default(
	struct guest *g, const struct survey *s, const struct list_kernel **ret, struct err *e)
{
	const struct plan *p = g->plan;
	struct root root = {0};
	int r = p->has_root ? find_volume(g, &p->root, &root.volume, e) : 0;

	if (r < 0)
		return r;
	memcpy(root.subvol, p->root_subvol, sizeof(root.subvol));
	*ret = p->has_root ? default_in(s, &root) : marked(s);
	return *ret && (*ret)->guest_entry[0] ? 0 : fail_choice(s, e);
}

/* As if the user had specified its entry. */
static int use_entry(struct plan *p, const struct list_kernel *k, struct err *e)
{
	int r = entry_parse(k->guest_entry, &p->entry, e);

	if (r >= 0 && p->entry.dev)
		r = devspec_parse(p->entry.dev, &p->dev, e);
	if (r >= 0)
		log_say("taking the guest's default kernel: %s", QUOTE(k->guest_entry));
	return r;
}

int default_kernel(struct guest *g, struct default_kernel *c, struct err *e)
{
	const struct list_kernel *k;
	int r;

	if (g->plan->entry.kernel)
		return 0;
	default_kernel_done(c);
	c->plan = *g->plan;
	r = survey_take(g, &c->survey, e);
	if (r >= 0)
		r = find_default(g, &c->survey, &k, e);
	if (r >= 0)
		r = use_entry(&c->plan, k, e);
	if (r >= 0)
		g->plan = &c->plan;
	return r;
}

void default_kernel_done(struct default_kernel *c)
{
	entry_done(&c->plan.entry);
	survey_done(&c->survey);
}
