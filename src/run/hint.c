/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hint - (step, errno) -> what it means for the operator: the only advice table */
#include "run/hint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define ANY 0

static const char retry[] = "try again; if it stays, the kernel's log (dmesg) may say more";
static const char convert[] =
	"make a raw image with 'qemu-img convert -O raw', or a block device with "
	"'qemu-nbd --read-only --connect=/dev/nbd0', and hand that over";
static const char as_root[] = "run it as root, as a toolstack does";

/* What each step was about, in the program's order. The manual's list of messages is this one. */
static const struct phrase {
	const char *step, *text;
	enum exit_code exit_code;
} phrases[] = {
	{"options.unknown", "cannot understand the command line", EXIT_USAGE},
	{"options.value", "cannot understand the value of an option", EXIT_USAGE},
	{"options.later", "this option does not work yet", EXIT_USAGE},
	{"options.command", "this command does not work yet", EXIT_USAGE},
	{"options.count", "too many arguments", EXIT_USAGE},
	{"conf.read", "cannot read the configuration", EXIT_USAGE},
	{"conf.key", "cannot understand the configuration", EXIT_USAGE},
	{"conf.section", "cannot understand the configuration", EXIT_USAGE},
	{"plan.entry", "cannot tell which kernel is meant", EXIT_USAGE},
	{"plan.device", "cannot tell which device is meant", EXIT_USAGE},
	{"plan.disks", "cannot tell which disks are meant", EXIT_USAGE},
	{"plan.names", "the disks' names do not go together", EXIT_USAGE},
	{"plan.format", "there is no such answer format", EXIT_USAGE},
	{"plan.extract", "cannot tell what is to be extracted where", EXIT_USAGE},
	{"plan.view", "there is no such way to show it", EXIT_USAGE},
	{"plan.mapper", "there is no such mapper", EXIT_USAGE},
	{"plan.dirty", "there is no such way to treat a dirty filesystem", EXIT_USAGE},
	{"plan.rootflags", "cannot tell which subvolume is meant", EXIT_USAGE},
	{"plan.reflink", "there is no such way to share blocks", EXIT_USAGE},
	{"plan.filesystems", "cannot understand the list of filesystems", EXIT_USAGE},
	{"entry.parse", "cannot understand the entry", EXIT_USAGE},
	{"diskspec.parse", "cannot understand the disk", EXIT_USAGE},
	{"disklist.parse", "cannot understand the list of disks", EXIT_USAGE},
	{"disklist.add", "cannot take another disk", EXIT_USAGE},
	{"subvol.parse", "cannot understand the subvolume", EXIT_USAGE},
	{"vdev.parse", "cannot understand the device", EXIT_USAGE},

	{"rack.sources", "cannot tell which guests are meant", EXIT_USAGE},
	{"rack.directory", "cannot tell where the guests' files are to go", EXIT_USAGE},
	{"rack.sort", "cannot put the work in order", EXIT_FAILED},
	{"roster.add", "cannot take another guest", EXIT_FAILED},
	{"roster.name", "the guest's name does not do for a directory", EXIT_USAGE},
	{"roster.twice", "two guests would share a directory", EXIT_USAGE},
	{"roster.stat", "cannot look at the guests' configurations", EXIT_USAGE},
	{"roster.list", "cannot list the guests' configurations", EXIT_FAILED},
	{"roster.read", "cannot open the guest's configuration", EXIT_USAGE},
	{"roster.read_text", "cannot read the guest's configuration", EXIT_USAGE},
	{"roster.glob", "cannot find the images", EXIT_USAGE},
	{"roster.image", "cannot take another image", EXIT_FAILED},
	{"lines.open", "cannot open the list of guests", EXIT_USAGE},
	{"lines.read", "cannot read the list of guests", EXIT_FAILED},
	{"lines.parse", "cannot understand the line", EXIT_USAGE},
	{"xlcfg.parse", "cannot understand the guest's configuration", EXIT_USAGE},
	{"libvirt.parse", "cannot understand libvirt's description", EXIT_USAGE},
	{"pool.memory", "cannot make room for the guests' processes", EXIT_FAILED},
	{"pool.signals", "cannot watch for signals", EXIT_FAILED},
	{"pool.pipe", "cannot make a pipe to a guest's process", EXIT_FAILED},
	{"pool.fork", "cannot start a guest's process", EXIT_FAILED},
	{"pool.begin", "a guest's process cannot begin", EXIT_FAILED},
	{"pool.poll", "cannot wait for the guests' processes", EXIT_FAILED},
	{"pool.killed", "the guest's process was killed", EXIT_FAILED},
	{"pool.signal", "a signal ended the run", EXIT_FAILED},
	{"report.keep", "cannot remember what failed", EXIT_FAILED},
	{"store.lock", "cannot have the directory for oneself", EXIT_FAILED},
	{"store.sweep", "cannot look for what a killed run left", EXIT_FAILED},
	{"store.stage", "cannot make the guest's directory", EXIT_FAILED},
	{"store.publish", "cannot give the guest's directory its name", EXIT_FAILED},
	{"store.versions", "cannot open the directory of the guest's versions", EXIT_FAILED},
	{"store.sync", "cannot bring the guest's files to the disk", EXIT_FAILED},
	{"store.version", "cannot give the version its number", EXIT_FAILED},
	{"store.link", "cannot point the guest's link to the new version", EXIT_FAILED},
	{"store.prune", "cannot list the guest's versions", EXIT_FAILED},
	{"tree.remove", "cannot remove a directory", EXIT_FAILED},
	{"take.answer", "cannot make room for the answer", EXIT_FAILED},
	{"take.read", "cannot read the answer back", EXIT_FAILED},
	{"take.name", "cannot give the kernel its name", EXIT_FAILED},
	{"take.name_initrd", "cannot give the initrd its name", EXIT_FAILED},
	{"take.manifest", "cannot write the manifest beside the files", EXIT_FAILED},
	{"take.modules", "cannot put the modules beside the kernel", EXIT_FAILED},
	{"take.make_scratch", "cannot make a directory to compare in", EXIT_FAILED},
	{"manifest.open", "cannot read the manifest that is there", EXIT_FAILED},
	{"manifest.parse", "cannot understand the manifest that is there", EXIT_FAILED},
	{"manifest.renew", "cannot put the new manifest in the old one's place", EXIT_FAILED},
	{"stamp.read", "cannot look at the guest's file", EXIT_FAILED},
	{"manifest.read", "cannot understand the answer", EXIT_FAILED},
	{"manifest.make", "cannot put the manifest together", EXIT_FAILED},

	{"output.open", "cannot open the file for the answer", EXIT_FAILED},
	{"output.make", "cannot make the file for the answer", EXIT_FAILED},
	{"output.read", "cannot read the answer back", EXIT_FAILED},
	{"output.write", "cannot write the answer", EXIT_FAILED},
	{"answer.render", "cannot put the answer together", EXIT_FAILED},
	{"emit.value", "the answer can't be told in this format", EXIT_FAILED},
	{"emit.length", "the answer is too long for this format", EXIT_FAILED},

	{"caps.read", "cannot read this process's capabilities", EXIT_FAILED},
	{"caps.require", "a capability is missing", EXIT_FAILED},
	{"caps.choose", "cannot put the set of capabilities together", EXIT_FAILED},
	{"caps.limit", "cannot give up capabilities that are not needed", EXIT_FAILED},
	{"caps.bound", "cannot limit the capabilities of programs that are run", EXIT_FAILED},
	{"caps.groups", "the reader cannot give up its groups", EXIT_FAILED},
	{"caps.gid", "the reader cannot change its group", EXIT_FAILED},
	{"caps.uid", "the reader cannot change its user", EXIT_FAILED},
	{"caps.drop", "the reader cannot give up its capabilities", EXIT_FAILED},
	{"caps.nnp", "the reader cannot renounce new privileges", EXIT_FAILED},
	{"caps.dumpable", "the reader cannot protect its memory", EXIT_FAILED},

	{"front.tag", "cannot make up a name for this run", EXIT_FAILED},
	{"front.signals", "cannot watch for signals", EXIT_FAILED},
	{"front.timer", "cannot set the clock", EXIT_FAILED},
	{"front.subreaper", "cannot look after child processes", EXIT_FAILED},
	{"front.fork", "cannot start the keeper process", EXIT_FAILED},
	{"front.poll", "cannot wait for the keeper process", EXIT_FAILED},
	{"front.keeper", "the keeper process was ended from outside", EXIT_FAILED},
	{"front.signal", "ended by a signal", EXIT_FAILED},
	{"front.timeout", "the time is up", EXIT_FAILED},
	{"front.stuck", "something in the kernel does not answer; it is undone when it does",
		EXIT_CLEANUP},
	{"keeper.parent", "the keeper lost the process that started it", EXIT_FAILED},
	{"keeper.descriptors", "the keeper cannot put its descriptors in order", EXIT_FAILED},
	{"keeper.signals", "the keeper cannot watch for signals", EXIT_FAILED},
	{"keeper.unheard", "nobody took the answer", EXIT_FAILED},
	{"wire.pair", "cannot connect the processes", EXIT_FAILED},
	{"wire.send", "cannot talk to the other process", EXIT_FAILED},
	{"wire.receive", "cannot hear from the other process", EXIT_FAILED},
	{"pipeline.mapper", "the mapper can't be used here", EXIT_FAILED},
	{"pipeline.dirs", "cannot make the mount points", EXIT_FAILED},
	{"reader.fork", "cannot start the reader process", EXIT_FAILED},
	{"reader.parent", "the reader lost the process that started it", EXIT_FAILED},
	{"reader.descriptors", "the reader cannot put its descriptors in order", EXIT_FAILED},
	{"reader.chroot", "the reader cannot enter its empty root", EXIT_FAILED},
	{"reader.limits", "the reader cannot limit itself", EXIT_FAILED},
	{"reader.head", "cannot read the kernel's header", EXIT_FAILED},
	{"reader.lvm", "cannot read what lvm reports", EXIT_FAILED},
	{"reader.image", "cannot read the image's header", EXIT_FAILED},
	{"reader.superblock", "cannot read the superblock", EXIT_FAILED},
	{"reader.answer", "the reader process ended without an answer", EXIT_FAILED},
	{"reader.end", "cannot end the reader process", EXIT_FAILED},

	{"doctor.memory", "cannot have the memory for a try", EXIT_FAILED},
	{"attach.open", "cannot open the disk", EXIT_FAILED},
	{"attach.stat", "cannot look at the disk", EXIT_FAILED},
	{"attach.type", "the disk is neither a file nor a block device", EXIT_FAILED},
	{"attach.empty", "the disk is empty", EXIT_FAILED},
	{"attach.inuse", "the disk is in use", EXIT_FAILED},
	{"inuse.ask", "cannot tell whether the disk is in use", EXIT_FAILED},
	{"serve.format", "the format of the image is not read", EXIT_USAGE},
	{"serve.daemon", "cannot read the image", EXIT_FAILED},
	{"serve.stat", "cannot look at the disk in the image", EXIT_FAILED},
	{"serve.size", "the disk in the image has not the size that its header says", EXIT_FAILED},
	{"imagehead.read", "cannot read the image's header", EXIT_FAILED},
	{"imagehead.format", "the image is of another format", EXIT_FAILED},
	{"imagehead.broken", "the image's header makes no sense", EXIT_FAILED},
	{"imagehead.kind", "images of this kind are not read", EXIT_FAILED},
	{"chain.name", "cannot tell which file the image refers to", EXIT_FAILED},
	{"chain.find", "cannot find a file that the image refers to", EXIT_FAILED},
	{"chain.allowed", "the image refers to a file that it may not", EXIT_FAILED},
	{"chain.type", "the image refers to what can't be a part of it", EXIT_FAILED},
	{"chain.open", "cannot open a file that the image refers to", EXIT_FAILED},
	{"chain.format", "the format of the backing file is not read", EXIT_FAILED},
	{"chain.part", "the image is not complete", EXIT_FAILED},
	{"chain.circle", "the image stands on itself", EXIT_FAILED},
	{"chain.deep", "the image stands on too many others", EXIT_FAILED},
	{"chain.many", "cannot keep track of the image's files", EXIT_FAILED},
	{"chain.describe", "cannot describe the image's files to qemu-storage-daemon", EXIT_FAILED},
	{"prove.unsteady", "the guest is writing to it", EXIT_FAILED},
	{"blkdev.size", "cannot ask for the device's size", EXIT_FAILED},
	{"loop.control", "cannot ask for a loop device", EXIT_FAILED},
	{"loop.free", "there is no free loop device", EXIT_FAILED},
	{"loop.add", "cannot add a loop device", EXIT_FAILED},
	{"loop.open", "cannot open a loop device", EXIT_FAILED},
	{"loop.lock", "cannot lock a loop device", EXIT_FAILED},
	{"loop.configure", "cannot attach the disk to a loop device", EXIT_FAILED},
	{"loop.race", "lost every race for a loop device", EXIT_FAILED},
	{"loop.stat", "cannot look at the loop device", EXIT_FAILED},
	{"loop.check", "the loop device is not as it was asked for", EXIT_FAILED},
	{"loop.clear", "cannot detach the loop device", EXIT_FAILED},
	{"probe.table", "cannot read the partition table", EXIT_FAILED},
	{"probe.device", "cannot read the device", EXIT_FAILED},
	{"probe.superblock", "cannot recognise the filesystem", EXIT_FAILED},
	{"loop.seize", "cannot take over a killed run's loop device", EXIT_FAILED},
	{"loopscan.list", "cannot list the loop devices", EXIT_FAILED},
	{"dm.stack", "cannot learn how device-mapper's maps stand on each other", EXIT_FAILED},
	{"dm.list", "cannot list device-mapper's maps", EXIT_FAILED},
	{"dm.info", "cannot ask for a device-mapper map", EXIT_FAILED},
	{"dm.open", "cannot open a device-mapper map", EXIT_FAILED},
	{"dm.defer", "cannot have a device-mapper map removed by itself", EXIT_FAILED},
	{"dm.snapshot", "cannot make a device-mapper snapshot", EXIT_FAILED},
	{"dm.volume", "cannot make a device-mapper map of the logical volume", EXIT_FAILED},
	{"dm.remove", "cannot remove a device-mapper map", EXIT_FAILED},
	{"dm.reap", "cannot remove a killed run's device-mapper map", EXIT_FAILED},
	{"map.range", "the partition lies outside the disk", EXIT_FAILED},
	{"map.pieces", "the mapper can't put the logical volume together", EXIT_FAILED},
	{"map.missing", "the mapper did not map the partition", EXIT_FAILED},
	{"run.null", "cannot open /dev/null", EXIT_FAILED},
	{"run.pipe", "cannot make a pipe", EXIT_FAILED},
	{"run.fork", "cannot start a process", EXIT_FAILED},
	{"run.pidfd", "cannot watch a process", EXIT_FAILED},
	{"run.start", "cannot run a tool", EXIT_FAILED},
	{"run.wait", "cannot wait for a tool", EXIT_FAILED},
	{"run.reap", "cannot learn how a tool ended", EXIT_FAILED},
	{"run.status", "a tool failed", EXIT_FAILED},

	{"find.none", "the guest has no such device", EXIT_NOT_FOUND},
	{"find.ambiguous", "more than one device is meant", EXIT_FAILED},
	{"find.link", "cannot tell which disk is meant", EXIT_FAILED},
	{"lvm.memory", "cannot note what LVM holds", EXIT_FAILED},
	{"lvm.many", "the guest has more LVM physical volumes than are read", EXIT_FAILED},
	{"lvm.clones", "two disks hold the same LVM physical volume", EXIT_FAILED},
	{"lvm.tool", "LVM is read by lvm, which is not installed", EXIT_FAILED},
	{"lvm.rewind", "cannot read what lvm reports", EXIT_FAILED},
	{"lvm.report", "cannot understand what lvm reports", EXIT_FAILED},
	{"lvm.kind", "logical volumes of this kind are not read", EXIT_FAILED},
	{"lvm.missing", "a part of the logical volume is missing", EXIT_FAILED},
	{"lvm.range", "the logical volume lies outside the disk", EXIT_FAILED},
	{"find.foreign", "cannot use the device", EXIT_FAILED},
	{"find.superblock", "cannot note what is on the partition", EXIT_FAILED},
	{"mount.unknown", "there is no filesystem that anybody knows", EXIT_FAILED},
	{"mount.container", "there is no filesystem that can be mounted", EXIT_FAILED},
	{"mount.allowed", "the filesystem is not on the list of those that may be mounted",
		EXIT_FAILED},
	{"mount.subvol", "there is no such subvolume", EXIT_NOT_FOUND},
	{"members.count", "the devices of the btrfs are not all there, or not alone", EXIT_FAILED},
	{"mount.journal", "the filesystem's journal is not part of it", EXIT_FAILED},
	{"mount.dirty", "the filesystem was not written back", EXIT_FAILED},
	{"mount.replay", "the journal needs more memory than is allowed", EXIT_FAILED},
	{"layer.none", "cannot replay the journal: nothing here can make a copy-on-write layer",
		EXIT_FAILED},
	{"layer.store", "cannot make the copy-on-write layer's store", EXIT_FAILED},
	{"xfs.watch", "cannot watch over the replay of an XFS", EXIT_FAILED},
	{"storaged.start", "cannot start qemu-storage-daemon", EXIT_FAILED},
	{"storaged.greeting", "qemu-storage-daemon does not serve", EXIT_FAILED},
	{"storaged.export", "cannot open what qemu-storage-daemon serves", EXIT_FAILED},
	{"storaged.end", "cannot end qemu-storage-daemon", EXIT_FAILED},
	{"mount.many", "the guest mounts too much on the way", EXIT_FAILED},
	{"mnt.unshare", "cannot have a mount namespace of our own", EXIT_FAILED},
	{"mnt.propagation", "cannot keep our mounts to ourselves", EXIT_FAILED},
	{"mnt.tmpfs", "cannot mount a tmpfs for the mount points", EXIT_FAILED},
	{"mnt.mount", "cannot mount the guest's filesystem", EXIT_FAILED},
	{"mnt.umount", "cannot unmount", EXIT_FAILED},
	{"mnt.fstab", "cannot read the guest's fstab", EXIT_FAILED},
	{"btrfs.members", "the btrfs is not the guest's alone", EXIT_FAILED},
	{"btrfs.scan", "cannot tell the kernel of a btrfs device", EXIT_FAILED},
	{"btrfs.lock", "cannot wait for another btrfs of the same UUID", EXIT_FAILED},
	{"btrfs.forget", "cannot have the kernel forget a btrfs device", EXIT_FAILED},
	{"resolve.tree", "cannot open the guest's tree", EXIT_FAILED},
	{"resolve.noroot", "no filesystem on the guest's disks is a root", EXIT_NOT_FOUND},
	{"resolve.roots", "more than one filesystem may be the guest's root", EXIT_FAILED},
	{"resolve.empty", "the file is empty", EXIT_FAILED},
	{"openin.walk", "cannot find the file in the guest", EXIT_NOT_FOUND},
	{"openin.length", "the path is too long", EXIT_FAILED},
	{"openin.open", "cannot open the file in the guest", EXIT_NOT_FOUND},
	{"openin.reopen", "cannot open the file in the guest for reading", EXIT_FAILED},
	{"openin.stat", "cannot look at the file in the guest", EXIT_FAILED},
	{"openin.type", "not a regular file", EXIT_FAILED},
	{"fetch.truncate", "cannot empty the copy for another try", EXIT_FAILED},
	{"fetch.limit", "the file is larger than is allowed", EXIT_FAILED},
	{"fetch.kernel", "the file is not a kernel that anybody knows", EXIT_FAILED},
	{"modules.look", "cannot tell whether the kernel's modules are there", EXIT_FAILED},
	{"unpack.format", "cannot unpack the kernel", EXIT_FAILED},
	{"unpack.begin", "cannot begin to unpack the kernel", EXIT_FAILED},
	{"unpack.read", "cannot read the kernel in the guest", EXIT_FAILED},
	{"unpack.data", "cannot unpack the kernel", EXIT_FAILED},
	{"unpack.limit", "the unpacked kernel is larger than is allowed", EXIT_FAILED},
	{"unpack.write", "cannot write the unpacked kernel", EXIT_FAILED},
	{"unpack.result", "what was packed is not a kernel that anybody knows", EXIT_FAILED},
	{"copy.rewind", "cannot go to the file's start", EXIT_FAILED},
	{"copy.stat", "cannot look at the file", EXIT_FAILED},
	{"copy.limit", "the file is larger than is allowed", EXIT_FAILED},
	{"copy.extents", "cannot copy the file", EXIT_FAILED},
	{"copy.image", "cannot copy the file", EXIT_FAILED},
	{"copy.share", "cannot copy the file", EXIT_FAILED},
	{"copy.direct", "cannot copy the file", EXIT_FAILED},
	{"copy.send", "cannot copy the file", EXIT_FAILED},
	{"copy.read", "cannot read the file in the guest", EXIT_FAILED},
	{"copy.compare", "cannot compare the copy with the guest's file", EXIT_FAILED},
	{"copy.write", "cannot write the copy", EXIT_FAILED},
	{"outdir.make", "cannot make the directory for the copies", EXIT_FAILED},
	{"outdir.open", "cannot open the directory for the copies", EXIT_FAILED},
	{"outdir.path", "cannot tell where the directory for the copies is", EXIT_FAILED},
	{"outdir.space", "there is not enough space for the copies", EXIT_FAILED},
	{"outdir.stat", "cannot look at the directory for the copies", EXIT_FAILED},
	{"publish.new", "cannot begin a copy", EXIT_FAILED},
	{"publish.dup", "cannot keep the directory for the copies open", EXIT_FAILED},
	{"publish.create", "cannot make the copy", EXIT_FAILED},
	{"publish.mode", "cannot set the copy's mode", EXIT_FAILED},
	{"publish.link", "cannot give the copy its name", EXIT_FAILED},
	{"publish.confirm", "cannot mark the copies as finished", EXIT_FAILED},
	{"publish.discard", "cannot remove the copy", EXIT_FAILED},
	{"unfinished.list", "cannot look for unfinished copies", EXIT_FAILED},
	{"unfinished.remove", "cannot remove an unfinished copy", EXIT_FAILED},
	{"extract.choice", "cannot tell which of the guest's kernels is meant", EXIT_NOT_FOUND},
	{"extract.name", "two files would bear one name", EXIT_USAGE},
	{"extract.memory", "cannot have the memory for a file", EXIT_FAILED},
	{"extract.create", "cannot make the file", EXIT_FAILED},
	{"extract.release", "the kernel does not say which modules go with it", EXIT_FAILED},
	{"extract.modules", "cannot make the directory for the modules", EXIT_FAILED},
	{"extract.manifest", "cannot write the manifest", EXIT_FAILED},
	{"tree.list", "cannot list the directory in the guest", EXIT_FAILED},
	{"tree.open", "cannot open the file in the guest", EXIT_FAILED},
	{"tree.stat", "cannot look at the file in the guest", EXIT_FAILED},
	{"tree.link", "cannot copy the symlink", EXIT_FAILED},
	{"tree.create", "cannot make the copy", EXIT_FAILED},
	{"tree.mkdir", "cannot make the directory", EXIT_FAILED},
	{"tree.limit", "the guest's directory is larger than is allowed", EXIT_FAILED},
	{"stage.parent", "cannot open what the directory is to lie in", EXIT_FAILED},
	{"stage.taken", "there is something already", EXIT_FAILED},
	{"stage.make", "cannot make the directory", EXIT_FAILED},
	{"stage.open", "cannot open the directory that was made", EXIT_FAILED},
	{"stage.mark", "cannot mark the directory as unfinished", EXIT_FAILED},
	{"stage.publish", "cannot give the directory its name", EXIT_FAILED},
	{"stage.confirm", "cannot mark the directory as finished", EXIT_FAILED},
	{"stage.remove", "cannot remove the unfinished directory", EXIT_FAILED},
};

/* What to do, by step (NULL: any) and errno (ANY); the first that fits. */
static const struct advice {
	const char *step;
	int code;
	const char *text;
} advices[] = {
	{"options.unknown", ANY, "domUloader --help lists the options"},
	{"options.later", ANY, "leave it away"},
	{"plan.entry", ANY, "domUloader --help lists the options and the commands"},
	{"caps.require", ANY, as_root},
	{"attach.open", ENOENT,
		"give the disk's path on this host; --disks and --disk take phy: and "
		"file: as in a guest's configuration"},
	{"attach.open", EACCES, as_root},
	{"attach.open", ENXIO, "a pipe or a socket is no disk"},
	{"serve.format", ANY, convert},
	{"serve.daemon", ANY, "install it, or make a raw image with 'qemu-img convert -O raw'"},
	{"serve.size", ANY, "is the image whole? 'qemu-img check' may say more"},
	{"imagehead.format", ANY, "say which format it has: target=PATH,format=NAME"},
	{"imagehead.broken", ANY, "is the image whole? 'qemu-img check' may say more"},
	{"imagehead.kind", ANY, convert},
	{"chain.name", ANY, convert},
	{"chain.allowed", ANY,
		"if it belongs to it, say the format (--disk=format=qcow2,vdev=xvda,target=PATH) or allow "
		"the place: --allow-backing=DIR"},
	{"chain.type", ANY, convert},
	{"chain.part", ANY, "hand over the file that names the others: NAME.vmdk"},
	{"chain.format", ANY, convert},
	{"chain.deep", ANY, convert},
	{"attach.type", ANY, "give an image file, or a block device such as an LV"},
	{"attach.empty", ANY, "is this the guest's disk, and was it ever written?"},
	{"attach.inuse", ANY, "shut the guest down, or leave --not-in-use away"},
	{"prove.unsteady", ANY,
		"no two extractions agreed: try again when the guest is quiet, or shut it down"},
	{"loop.control", ENOENT, "the kernel's loop driver is missing: modprobe loop"},
	{"loop.control", EACCES, as_root},
	{"loop.configure", EINVAL,
		"Linux 5.9 or newer is needed, and an image of at least one sector"},
	{"loop.configure", ENOTTY, "Linux 5.9 or newer is needed"},
	{"loop.open", ENOENT, "the node is missing: is /dev a devtmpfs?"},
	{"loop.clear", EBUSY, "somebody else has the device open; it goes when they close it"},
	{"dm.remove", EBUSY, "somebody else has the map open; it goes when they close it"},
	{"map.pieces", ANY,
		"a loop device is one piece of one disk: --mapper=kpartx reads it, where the kernel "
		"has device-mapper"},
	{"map.range", ANY, "the image is cut off, or its partition table belongs to a larger disk"},
	{"pipeline.mapper", ANY, "--mapper=loop needs nothing but the loop driver"},
	{"map.missing", ANY, "--mapper=loop needs no kpartx"},
	{"run.start", ENOENT,
		"install kpartx (package kpartx or multipath-tools), or use --mapper=loop"},
	{"find.none", ANY,
		"name one of these; the name before the ':' of --entry is the guest's, not this host's"},
	{"find.ambiguous", ANY, "use a name that only one of them bears"},
	{"find.link", ANY, "name the partition as the guest's kernel does, or by UUID="},
	{"lvm.tool", ANY,
		"install lvm (package lvm2), or name a partition outside of LVM: --entry=DEV:/KERNEL"},
	{"lvm.clones", ANY, "give one of them"},
	{"lvm.kind", ANY,
		"have the kernel on a linear volume, or name a partition outside of LVM that holds it: "
		"--entry=DEV:/KERNEL"},
	{"lvm.missing", ANY, "give all of the guest's disks, with --disks"},
	{"lvm.range", ANY, "the image is cut off, or its LVM belongs to a larger disk"},
	{"find.foreign", ANY,
		"name one of the guest's partitions, with --root= or before the ':' of --entry"},
	{"mount.unknown", ANY, "is this the right partition, and is the image whole?"},
	{"mount.container", ANY,
		"name the partition that holds the kernel, usually the guest's /boot: "
		"--entry=DEV:/KERNEL"},
	{"mount.allowed", ANY,
		"or name another partition; what is mounted is parsed by this host's kernel"},
	{"mnt.mount", ENODEV,
		"this host's kernel lacks that filesystem: load its module, or install "
		"the kernel's full package of modules"},
	{"mount.subvol", ENOENT,
		"give one of these, [/] for the whole, or the path of one inside of them"},
	{"mount.subvol", EMEDIUMTYPE, "leave the [SUBVOLUME] away"},
	{"members.count", ENXIO, "give all of the guest's disks, with --disks"},
	{"members.count", ENOTUNIQ, "a copy of one of them is there, too: leave its disk away"},
	{"mount.journal", ANY, "name another partition; such a filesystem can't be read alone"},
	{"mount.dirty", ANY,
		"--dirty=replay replays the journal in memory, --dirty=stale reads what is on the disk"},
	{"mount.replay", ANY, "raise --replay-limit, or shut the guest down cleanly"},
	{"storaged.greeting", ANY, "domUloader doctor says what this host lacks"},
	{"storaged.export", ANY, retry},
	{"layer.none", ANY,
		"mend one of them (domUloader doctor), shut the guest down cleanly, or use --dirty=stale"},
	{"mnt.mount", EROFS,
		"the filesystem wants to write and may not; if it stays after a clean "
		"shutdown of the guest, check it with fsck"},
	{"mnt.mount", EEXIST,
		"a btrfs of the same UUID is mounted on this host; Linux 6.7 and newer can have both"},
	{"mnt.mount", EINVAL,
		"the superblock is there, but the kernel refuses it: the filesystem is "
		"damaged, or newer than the kernel"},
	{"mnt.mount", EUCLEAN,
		"the filesystem is damaged: check it with fsck while the guest is off"},
	{"mnt.mount", EIO,
		"the image is cut off or damaged: check it with fsck while the guest is off"},
	{"mnt.unshare", EPERM, as_root},
	{"resolve.noroot", ANY,
		"say which it is with --root=, or name the partition: --entry=DEV:/KERNEL"},
	{"resolve.roots", ANY, "say which it is with --root=DEV, or --root=DEV[SUBVOLUME]"},
	{"resolve.empty", ANY,
		"it was made but never filled: is the guest's package manager still at work?"},
	{"openin.walk", ENOENT,
		"give one of the names that are there; a guest chooses its kernel by a symlink"},
	{"openin.walk", ELOOP, "its symlinks go round in a circle"},
	{"openin.type", ANY, "the entry must name a file, or a symlink to one"},
	{"fetch.kernel", ANY,
		"the kernel comes before the initrds; bzImage, ELF, arm64 Image, EFI zboot, and "
		"these compressed, are known; --any-kernel hands over what is not"},
	{"outdir.open", ANY, "name another directory with --output-directory or --tmpdir"},
	{"fetch.limit", ANY,
		"is it the right file? --max-kernel-size and --max-initrd-size raise the limits"},
	{"unpack.format", ANY, "leave --decompress away"},
	{"unpack.data", ANY,
		"is the guest's file whole? leave --decompress away to see it as it is"},
	{"unpack.limit", ANY, "--max-kernel-size raises the limit; it counts what comes out"},
	{"unpack.read", EIO, "the image is cut off or damaged, or was taken away"},
	{"unpack.write", ENOSPC,
		"make room, or name another directory with --output-directory or --tmpdir"},
	{"unpack.result", ANY, "leave --decompress away"},
	{"copy.limit", ANY, "it grew while it was copied: is the guest running?"},
	{"copy.read", EIO, "the image is cut off or damaged, or was taken away"},
	{"copy.write", ENOSPC,
		"make room, or name another directory with --output-directory or --tmpdir"},
	{"outdir.space", ANY,
		"make room, or name another directory with --output-directory or --tmpdir"},
	{"outdir.make", ENOENT, "one level is made; make the directories above it"},
	{"outdir.open", ENOENT, "make it, or name another with --output-directory"},
	{"publish.create", EROFS, "name a writable directory with --output-directory or --tmpdir"},
	{"publish.link", EEXIST, retry},
	{"stage.taken", ANY, "name a directory that is not there yet, or is empty"},
	{"stage.parent", ENOENT, "one level is made; make the directories above it"},
	{"extract.choice", ENOTUNIQ, "say which: one of these"},
	{"extract.choice", ENOENT, "domUloader list shows what is there; --entry= names any file"},
	{"extract.name", ANY, "give one of them another: --file=PATH:NAME"},
	{"emit.value", ANY, "choose another --output-format"},
	{"output.write", EPIPE, "the reader of the answer went away"},
	{"front.stuck", ANY, "look at the device that the disk lies on"},
	{"front.keeper", ANY, retry},
	{"reader.answer", ANY,
		"a guest's bytes may have upset it: please report it with the image's first megabyte"},
	{NULL, ENOMEM, "this host is out of memory"},
	{NULL, EMFILE, "raise the limit of open files"},
	{NULL, EINTR, "nothing is left behind"},
};

static const struct phrase *phrase_of(const char *step)
{
	for (size_t i = 0; step && i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (!strcmp(phrases[i].step, step))
			return &phrases[i];
	return NULL;
}

const char *hint_step(const char *name)
{
	const struct phrase *p = phrase_of(name);

	return p ? p->step : NULL;
}

const char *hint_phrase(const struct err *e)
{
	const struct phrase *p = phrase_of(e->step);

	return p ? p->text : "cannot go on";
}

const char *hint_advice(const struct err *e)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		const struct advice *a = &advices[i];

		if (a->step && strcmp(a->step, e->step ? e->step : "") != 0)
			continue;
		if (a->code == ANY || a->code == -e->code)
			return a->text;
	}
	return NULL;
}

enum exit_code hint_exit_code(const struct err *e)
{
	const struct phrase *p = phrase_of(e->step);

	/*
	 * What could not be found is only what is not there: a file that can't be read has been
	 * found.
	 */
	if (p && p->exit_code == EXIT_NOT_FOUND && e->code != -ENOENT && e->code != -ENOTDIR)
		return EXIT_FAILED;
	return p ? p->exit_code : EXIT_FAILED;
}

void hint_list(void)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		puts(phrases[i].step);
}

void hint_tell_cleanup(const struct undo *u, const struct err *why, const char *by_hand)
{
	const char *advice = hint_advice(why);

	log_always("domUloader cleanup: %s: %s: %s [%s]%s%s", u->name, hint_phrase(why),
		strerror(-why->code), why->step, by_hand[0] ? "; by hand: " : "", by_hand);
	if (advice)
		log_always("  hint: %s", advice);
}
