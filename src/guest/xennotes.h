/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xennotes - the boot modes that a kernel's ELF notes for Xen declare */
#ifndef DOMU_GUEST_XENNOTES_H
#define DOMU_GUEST_XENNOTES_H

#include "guest/view.h"

/*
 * Return XEN_PV and XEN_PVH (guest/kernel.h) as declared by notes named "Xen" in a segment of
 * notes; 0 if there are none.
 */
unsigned int xennotes_read(const struct view *notes);

#endif
