/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jobs - what there is to be done with a guest */
#ifndef DOMU_JOBS_JOBS_H
#define DOMU_JOBS_JOBS_H

#include "plan/job.h"

/* The main one: kernel and initrd for a toolstack. */
extern const struct job job_boot;

/* What is on the disks. */
extern const struct job job_list;

/* Files of the guest into a directory, or one to standard output. */
extern const struct job job_extract;

#endif
