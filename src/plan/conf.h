/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf - read domUloader.conf, with the setters of the command line */
#ifndef DOMU_PLAN_CONF_H
#define DOMU_PLAN_CONF_H

#include "base/err.h"
#include "plan/options.h"

#define CONF_DEFAULT "/etc/xen/domUloader.conf"

/*
 * Read the configuration into @o. The values are kept until the program ends.
 * @path: must exist; NULL: /usr/etc/xen, /etc/xen and their drop-ins domUloader.conf.d/, which may
 * be absent
 * Errors: steps "conf.read", "conf.key", "conf.value", "conf.section", with file and, if known,
 * line
 */
int conf_read(const char *path, struct options *o, struct err *e);

#endif
