/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault - fault points of `make FAULTS=1`; absent from the released program */
#ifndef DOMU_BASE_FAULT_H
#define DOMU_BASE_FAULT_H

#ifdef DOMU_FAULTS

/*
 * Register a name for --list-steps. The linker collects the names in an ELF section, so none is
 * missing.
 */
#define STEP_REGISTER_(nm)                                                                         \
	static const char *const step_name_ __attribute__((section("domu_steps"), used)) = (nm)

/*
 * Fail, kill or stop at the step @name, if DOMU_FAULT asks for it.
 *
 * DOMU_FAULT is a comma-separated list of WHERE=WHAT. WHERE is
 *   NAME          the step of that name, each time
 *   #N            the N-th step of the run, counted from 1 over all processes
 *   front#N, keeper#N, reader#N, tool#N
 *                 the N-th step of that process; the same step in each run
 *   undo#N        the N-th step while a scope unwinds; a retry keeps its number
 * and WHAT is
 *   ERRNO[xK]     the step is not executed and fails: a number, or a name as EIO; only the first K
 *                 times
 *   KILL          the process is killed by SIGKILL
 *   STOP          the process stops until SIGCONT
 *
 * DOMU_FAULT_LOG names a log file, written while the program runs. Its first line is "nothing
 * fired", or "fired " and the line of the last step that a WHAT was applied to. Each further line
 * is a step, in the run's order: "PROCESS N PID NAME" or "PROCESS N PID NAME undo#M". Lines are
 * padded with blanks, the file with zero bytes.
 *
 * Returns: 0, or the negative errno to fail with
 */
int fault_hit(const char *name);

/* Read the environment and set up the shared memory. Call once, when the program starts. */
void fault_init(void);

/* Enter (1) or leave (0) an unwinding; nests. Steps in it are counted by undo#N, too. */
void fault_unwinding(int on);

/* Get the counter of undo#N, and set it back before an undo is retried. */
unsigned int fault_undo_mark(void);
void fault_undo_again(unsigned int mark);

/* Report memory leaks on stderr before _exit(2), as exit(3) would. */
void fault_check_leaks(void);

/* Print the name of each step, one a line, sorted and without duplicates. */
void fault_list_steps(void);

#else

#define STEP_REGISTER_(nm) ((void)0)

#define fault_hit(name)	       0
#define fault_init()	       ((void)0)
#define fault_unwinding(on)    ((void)(on))
#define fault_undo_mark()      0
#define fault_undo_again(mark) ((void)(mark))
#define fault_check_leaks()    ((void)0)

#endif
#endif
