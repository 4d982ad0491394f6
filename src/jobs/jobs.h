/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jobs - the jobs: boot, list, extract */
#ifndef DOMU_JOBS_JOBS_H
#define DOMU_JOBS_JOBS_H

#include "plan/job.h"

/* The main job: kernel and initrds for a toolstack. */
extern const struct job job_boot;

/* domUloader list: show what is on the disks. */
extern const struct job job_list;

/* domUloader extract: files into a directory, or one to standard output. */
extern const struct job job_extract;

#endif
