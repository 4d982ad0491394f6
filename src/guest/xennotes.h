/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xennotes - how Xen may start a kernel, by the notes in its ELF */
#ifndef DOMU_GUEST_XENNOTES_H
#define DOMU_GUEST_XENNOTES_H

#include "guest/view.h"

/*
 * XEN_PV and XEN_PVH (guest/kernel.h) by the notes of the name "Xen" in one segment of notes; 0
 * where there are none. Reads nothing outside of it.
 */
unsigned int xennotes_read(const struct view *notes);

#endif
