/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps - remaining privileges of root, as /proc/self/status reports them */
#include "sys/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define NOBODY 64123

/* SYS_ADMIN 21, DAC_OVERRIDE 1, SYS_CHROOT 18, SETUID 7, SETGID 6, SETPCAP 8, LEASE 28, MKNOD 27,
 * KILL 5 */
#define NEEDED 0x00000000182401e2ULL

static unsigned long long status(const char *key)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long value = ~0ULL;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
			value = strtoull(
				line + strlen(key) + 1, NULL, strncmp(key, "Cap", 3) ? 10 : 16);
	if (f)
		fclose(f);
	return value;
}

/* Runs a test in a child process, since it drops privileges for good. Its TAP lines are counted
 * here. */
static void in_child(void (*test)(void))
{
	int result[2], st;
	pid_t pid;

	fflush(stdout);
	if (pipe(result) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		test();
		fflush(stdout);
		if (write(result[1], &tap_n, sizeof(tap_n)) < 0 ||
			write(result[1], &tap_failed, sizeof(tap_failed)) < 0)
			_exit(1);
		_exit(0);
	}
	close(result[1]);
	if (read(result[0], &tap_n, sizeof(tap_n)) != sizeof(tap_n) ||
		read(result[0], &tap_failed, sizeof(tap_failed)) != sizeof(tap_failed))
		tap_ok(0, "the test reached its end");
	close(result[0]);
	waitpid(pid, &st, 0);
}

static void try_limit(void)
{
	unsigned long long bound = status("CapBnd");
	struct err e = {0};

	tap_ok(caps_require(NULL) == 0, "root has the needed capabilities");
	tap_ok(caps_limit(&e) == 0, "the other capabilities are dropped %s", e.step ? e.step : "");
	tap_ok(status("CapEff") == NEEDED && status("CapPrm") == NEEDED,
		"effective and permitted: only the needed ones");
	tap_ok(status("CapBnd") == (NEEDED & bound), "the bounding set has no others");
	tap_ok(status("CapInh") == 0 && status("CapAmb") == 0, "inheritable and ambient are empty");
	tap_ok(caps_require(NULL) == 0, "the needed capabilities are kept");
	tap_ok(caps_limit(NULL) == 0, "dropping them twice succeeds");
}

static void try_nobody(void)
{
	struct err e = {0};
	uid_t r, ef, s;
	gid_t rg, eg, sg;

	tap_ok(caps_become_nobody(NOBODY, &e) == 0, "root becomes nobody %s", e.step ? e.step : "");
	getresuid(&r, &ef, &s);
	getresgid(&rg, &eg, &sg);
	tap_ok(r == NOBODY && ef == NOBODY && s == NOBODY, "all three uids are the nobody's");
	tap_ok(rg == NOBODY && eg == NOBODY && sg == NOBODY, "all three gids are the nobody's");
	tap_ok(getgroups(0, NULL) == 0, "no groups");
	tap_ok((status("CapEff") | status("CapPrm") | status("CapInh") | status("CapAmb")) == 0,
		"no capabilities");
	tap_ok(status("CapBnd") == 0, "the bounding set is empty");
	tap_ok(status("NoNewPrivs") == 1, "no new privileges");
	tap_ok(prctl(PR_GET_DUMPABLE) == 0, "not dumpable");
	tap_ok(setuid(0) < 0 && setgid(0) < 0 && setgroups(0, NULL) < 0,
		"it cannot become root again");
	tap_ok(open("/proc/1/environ", O_RDONLY) < 0, "it cannot open root's files");
}

static char file[] = "/tmp/caps.XXXXXX";

static void try_own_as(void)
{
	struct stat st = {0};

	tap_ok(caps_limit(NULL) == 0 && caps_own_as(NOBODY) == 0,
		"root creates files for another user");
	tap_ok(mknod(file, S_IFREG | 0400, 0) == 0 && stat(file, &st) == 0 && st.st_uid == NOBODY,
		"the file belongs to that user");
	tap_ok(status("CapEff") == NEEDED, "no capability is lost");
	tap_ok(caps_become_nobody(NOBODY, NULL) == 0 && status("CapPrm") == 0,
		"no capability stays when root becomes nobody");
}

static void try_limit_then_nobody(void)
{
	tap_ok(caps_limit(NULL) == 0 && caps_become_nobody(NOBODY, NULL) == 0,
		"the limited root becomes nobody as well");
	tap_ok(status("CapPrm") == 0 && status("CapBnd") == 0, "no capability is left");
}

/* Run by the test below: uid 0 without CAP_MKNOD. */
static int without_mknod(int n)
{
	struct err e = {0};
	int r = caps_require(&e);

	tap_n = n;
	tap_ok(r == -EPERM, "a container's root without CAP_MKNOD");
	tap_is(e.subject, "CAP_MKNOD", "the error names it");
	tap_ok(strstr(e.detail, "device-mapper") != NULL, "the error says what it is needed for");
	return tap_failed;
}

static void try_as_user(void)
{
	struct err e = {0};

	if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		abort();
	tap_ok(caps_require(&e) == -EPERM && !strcmp(e.step, "caps.require"),
		"an ordinary user has too few capabilities");
	tap_is(e.subject,
		"CAP_SYS_ADMIN, CAP_DAC_OVERRIDE, CAP_SYS_CHROOT, CAP_SETUID, CAP_SETGID, "
		"CAP_SETPCAP, CAP_LEASE, CAP_MKNOD, CAP_KILL",
		"all missing capabilities are named on one line");
	e.code = 0;
	tap_ok(caps_limit(&e) == -EPERM && !strcmp(e.step, "caps.limit"),
		"an ordinary user cannot drop the other capabilities");
	e.code = 0;
	tap_ok(caps_become_nobody(NOBODY, &e) == -EPERM && !strcmp(e.step, "caps.groups"),
		"an ordinary user cannot become another user");
}

static void try_choice(void)
{
	struct err e = {0}, m = {0};

	tap_ok(caps_become_nobody(0, &e) == -EINVAL && !strcmp(e.step, "caps.choose"),
		"root cannot be the nobody");
	tap_ok(caps_become_nobody((uid_t)-1, &m) == -EINVAL &&
			!strcmp(m.subject, "user 4294967295"),
		"user -1, which setuid ignores, is refused");
}

static void try_missing(void)
{
	int st, was = tap_n;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		char n[16];

		snprintf(n, sizeof(n), "%d", was);
		if (prctl(PR_CAPBSET_DROP, 27) < 0)
			_exit(1);
		execl("/proc/self/exe", "caps", n, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, &st, 0);
	tap_n += 3;
	tap_failed += st != 0;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return without_mknod(atoi(argv[1]));
	try_choice();
	in_child(try_as_user);
	if (geteuid() != 0 || caps_require(NULL) < 0) {
		tap_ok(1, "giving up root # SKIP needs root");
		return tap_done();
	}
	in_child(try_limit);
	in_child(try_nobody);
	in_child(try_limit_then_nobody);
	close(mkstemp(file));
	unlink(file);
	in_child(try_own_as);
	unlink(file);
	try_missing();
	return tap_done();
}
