/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootname - what distributions call kernels, and the initrd and the modules that go with one */
#ifndef DOMU_GUEST_BOOTNAME_H
#define DOMU_GUEST_BOOTNAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a file of this name may be a kernel: vmlinuz*, vmlinux*, bzImage*, Image*, kernel*,
 * linux*, xen-kernel*. Only its header says whether it is one.
 */
bool bootname_is_kernel(const char *guest_name);

/*
 * The @i-th name, counted from 0, that the initrd of the kernel @guest_name may have beside it:
 * initrd.img-V, initrd-V, initramfs-V.img and so on. False when there are no more; one that doesn't
 * fit is "".
 */
bool bootname_initrd(const char *guest_name, unsigned int i, char *to, size_t size);

/*
 * The release that a kernel's name ends in, the V of vmlinuz-V; "" for none, and for what no
 * package would write.
 */
void bootname_release(const char *guest_name, char *to, size_t size);

#endif
