/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xennotes - the boot modes that a kernel's ELF notes for Xen declare */
#include "guest/xennotes.h"

#include "guest/kernel.h"

/* Xen's public elfnote.h */
#define NOTE_ENTRY	  1  /* entry point of PV */
#define NOTE_PHYS32_ENTRY 18 /* entry point of PVH */

static unsigned int meaning(uint64_t type)
{
	return type == NOTE_ENTRY ? XEN_PV : type == NOTE_PHYS32_ENTRY ? XEN_PVH : 0;
}

static uint64_t padded(uint64_t len)
{
	return (len + 3) & ~UINT64_C(3);
}

unsigned int xennotes_read(const struct view *notes)
{
	unsigned int found = 0;

	for (uint64_t at = 0; at + 12 <= notes->len;) {
		uint64_t name = view_number(notes, at, 4), desc = view_number(notes, at + 4, 4);

		if (name == 4 && view_has(notes, at + 12, "Xen", 4))
			found |= meaning(view_number(notes, at + 8, 4));
		at += 12 + padded(name) + padded(desc);
	}
	return found;
}
