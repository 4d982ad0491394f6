/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf - read domUloader.conf, with the setters of the command line */
#ifndef DOMU_PLAN_CONF_H
#define DOMU_PLAN_CONF_H

#include "base/err.h"
#include "plan/options.h"

#define CONF_DEFAULT "/etc/xen/domUloader.conf"

/*
 * Reads @path, which must be there; NULL: /usr/etc/xen, /etc/xen and their drop-ins
 * domUloader.conf.d/, none of which need to be. The values must outlive @o: they are kept until the
 * program ends. Steps "conf.read", "conf.key", "conf.value", "conf.section"; the subject names the
 * file, and the line where it is known.
 */
int conf_read(const char *path, struct options *o, struct err *e);

#endif
