/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - scan an unpacked kernel's stream for its version and Xen notes */
#include "guest/inside.h"

#include <ctype.h>
#include <string.h>

#include "base/quote.h"
#include "guest/view.h"
#include "guest/xennotes.h"

#define PT_NOTE 4

void inside_begin(struct inside *in, bool wants_version)
{
	memset(in, 0, sizeof(*in));
	in->wants_version = wants_version;
	in->version.wanted = "Linux version ";
	in->old_xen.wanted = "XEN_VER=xen-"; /* in section __xen_guest of kernels from 2006 */
}

/* ---- texts ---- */

/* A release begins with a digit; other text with these words is a message. */
static void inside_take_found(struct inside_text *t, uint8_t c)
{
	if (t->n_found == 0 && !isdigit(c)) {
		t->matched = c == (uint8_t)t->wanted[0];
		return;
	}
	t->is_whole = c == '\0' || c == '\n' || t->n_found == sizeof(t->found) - 1;
	if (!t->is_whole)
		t->found[t->n_found++] = (char)c;
}

/* Correct since no text to search for contains its own beginning again. */
static void inside_look_at(struct inside_text *t, uint8_t c)
{
	if (!t->wanted[t->matched])
		inside_take_found(t, c);
	else if (c == (uint8_t)t->wanted[t->matched])
		t->matched++;
	else
		t->matched = c == (uint8_t)t->wanted[0];
}

static void look_for(struct inside_text *t, const uint8_t *bytes, size_t len)
{
	const uint8_t *end = bytes + len;

	while (bytes < end && !t->is_whole) {
		if (t->matched == 0) {
			bytes = memchr(bytes, t->wanted[0], (size_t)(end - bytes));
			if (!bytes)
				return;
		}
		inside_look_at(t, *bytes++);
	}
}

/* ---- notes of an ELF ---- */

static void add_segment(struct inside *in, uint64_t start, uint64_t size)
{
	if (size == 0 || in->n_notes == INSIDE_SEGMENTS)
		return;
	in->notes[in->n_notes].start = start;
	in->notes[in->n_notes++].size = size < INSIDE_NOTES ? size : INSIDE_NOTES;
}

static void gather(struct inside *in, uint64_t at, const uint8_t *bytes, size_t len);

/* Read the program headers, once the head is complete; notes may be in it. */
static void inside_read_segments(struct inside *in)
{
	struct view v = {.bytes = in->head, .len = in->head_len};
	bool is_64 = view_has(&v, 4, "\2", 1);
	uint64_t at, size, n;

	in->has_segments = true;
	in->is_elf = view_has(&v, 0, "\177ELF", 4);
	if (!in->is_elf)
		return;
	in->is_big = v.is_big = view_has(&v, 5, "\2", 1);
	at = is_64 ? view_number(&v, 0x20, 8) : view_number(&v, 0x1c, 4);
	size = view_number(&v, is_64 ? 0x36 : 0x2a, 2);
	n = view_number(&v, is_64 ? 0x38 : 0x2c, 2);
	for (; n > 0 && at < v.len; n--, at += size)
		if (view_number(&v, at, 4) == PT_NOTE)
			add_segment(in,
				is_64 ? view_number(&v, at + 8, 8) : view_number(&v, at + 4, 4),
				is_64 ? view_number(&v, at + 32, 8) : view_number(&v, at + 16, 4));
	gather(in, 0, in->head, in->head_len);
}

/* Copy the parts of these bytes that belong to a segment of notes. */
static void gather(struct inside *in, uint64_t at, const uint8_t *bytes, size_t len)
{
	for (unsigned int i = 0; i < in->n_notes; i++) {
		uint64_t start = in->notes[i].start, size = in->notes[i].size;
		uint64_t from = start > at ? start : at;
		uint64_t to = at + len;

		if (start > to || from - start >= size)
			continue;
		if (to - start > size)
			to = start + size;
		if (to > from)
			memcpy(in->notes[i].bytes + (from - start), bytes + (from - at), to - from);
	}
}

static void feed_segments(struct inside *in, const uint8_t *bytes, size_t len)
{
	size_t room = INSIDE_HEAD - in->head_len, n = len < room ? len : room;

	memcpy(in->head + in->head_len, bytes, n);
	in->head_len += n;
	if (in->head_len == INSIDE_HEAD && !in->has_segments)
		inside_read_segments(in);
	if (in->has_segments)
		gather(in, in->at + n, bytes + n, len - n);
}

void inside_feed(struct inside *in, const uint8_t *bytes, size_t len)
{
	feed_segments(in, bytes, len);
	if (in->wants_version)
		look_for(&in->version, bytes, len);
	look_for(&in->old_xen, bytes, len);
	in->at += len;
}

/* ---- results ---- */

static bool has_notes(const struct inside *in)
{
	for (unsigned int i = 0; i < in->n_notes; i++)
		if (in->at < in->notes[i].start || in->at - in->notes[i].start < in->notes[i].size)
			return false;
	return in->has_segments;
}

static unsigned int notes_say(const struct inside *in)
{
	unsigned int found = in->old_xen.n_found ? XEN_PV : 0;

	for (unsigned int i = 0; i < in->n_notes; i++) {
		struct view v = {.bytes = in->notes[i].bytes,
			.len = in->notes[i].size,
			.is_big = in->is_big};

		found |= xennotes_read(&v);
	}
	return found;
}

/* Without a note, __xen_guest may still follow. */
bool inside_is_done(const struct inside *in)
{
	if (in->wants_version && !in->version.is_whole)
		return false;
	return has_notes(in) && (!in->is_elf || notes_say(in));
}

void inside_tell(struct inside *in, bool is_whole, struct kernel_info *to)
{
	if (!in->has_segments)
		inside_read_segments(in);
	if (in->wants_version && in->version.n_found) {
		_Static_assert(sizeof(to->version) == sizeof(in->version.found), "one fits");
		memcpy(to->version, in->version.found, sizeof(to->version));
		quote_flatten(to->version);
	}
	if (in->is_elf && (is_whole || inside_is_done(in)))
		to->xen = XEN_LOOKED | notes_say(in);
}
