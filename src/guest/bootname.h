/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootname - file names of kernels, initrds and module directories in distributions */
#ifndef DOMU_GUEST_BOOTNAME_H
#define DOMU_GUEST_BOOTNAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Test whether a file of this name may be a kernel: vmlinuz*, vmlinux*, bzImage*, Image*, kernel*,
 * linux*, xen-kernel*. Only its header is proof.
 */
bool bootname_is_kernel(const char *guest_name);

/*
 * Compose the @i-th candidate, from 0, for the name of a kernel's initrd: initrd.img-V, initrd-V,
 * initramfs-V.img and so on. One that does not fit is "".
 * Returns: false if there are no more
 */
bool bootname_initrd(const char *guest_name, unsigned int i, char *to, size_t size);

/*
 * Extract the release from a kernel's name: the V of vmlinuz-V. It is "" if there is none, or it
 * has characters that packages do not use.
 */
void bootname_release(const char *guest_name, char *to, size_t size);

#endif
