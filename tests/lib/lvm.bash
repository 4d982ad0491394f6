# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# lvm - volume groups for guests, made by the real lvm without device-mapper and activation
#
#   lvm_begin FILE...          attaches the files, future physical volumes, to loop devices: ${lvm_pv[0]} ...
#   lvm_do COMMAND ARG...      runs lvm, which sees only those devices and ignores the host's configuration
#   lvm_create ARG...          lvcreate without activation
#   lvm_fill VG/LV FILE        writes the file into the logical volume, linear or striped
#   lvm_kinds VG               fills an empty group with volumes of the other types by editing its metadata, since lvm
#                              needs device-mapper for them: origin, snap, raid, mirror, pool, thin, cached
#   lvm_end                    detaches the loop devices
#
# Afterwards each file is a whole disk, or a partition for guest_disk. Needs lvm2.

# They are locked, which udev respects, for as long as the files are attached: or it would activate
# what lies on them.
lvm_begin() { # FILE...
	local file

	lvm_pv=() lvm_locks=()
	for file; do
		eventually _lvm_attach "$file"
	done
}

_lvm_attach() { # FILE
	local loop lock

	loop=$(losetup --find) && exec {lock}<"$loop" || return
	if flock --nonblock "$lock" && losetup "$loop" "$1"; then
		lvm_pv+=("$loop") lvm_locks+=("$lock")
	else
		exec {lock}<&-
		return 1
	fi
}

lvm_end() {
	local lock

	sync "${lvm_pv[@]}" # nothing is written back once they are cleared
	for lock in "${lvm_locks[@]}"; do
		eventually _lvm_detach "$lock"
		exec {lock}<&-
	done
}

# losetup would open the device once more: then it is detached when the lock is gone. LOOP_CLR_FD, and
# LOOP_GET_STATUS64 fails.
_lvm_detach() { # LOCK
	perl -e 'ioctl STDIN, 0x4c01, 0; exit !!ioctl STDIN, 0x4c05, my $info = "\0" x 256' <&"$1"
}

# Descriptors of bats would be complained of; so would be that nothing is saved.
lvm_do() { # COMMAND ARG...
	local command=$1

	shift
	LVM_SYSTEM_DIR='' LVM_SUPPRESS_FD_WARNINGS=1 lvm "$command" --quiet \
		--devices "$(IFS=, && echo "${lvm_pv[*]}")" \
		--config 'devices { use_devicesfile=0 hints="none" } backup { backup=0 archive=0 }
			global { activation=0 locking_dir="'"$BATS_FILE_TMPDIR"'" } log { level=0 }' "$@" 2>"$BATS_FILE_TMPDIR/lvm.err" ||
		{ cat "$BATS_FILE_TMPDIR/lvm.err"; return 1; }
}

lvm_create() { # LVCREATE-ARGUMENT...
	lvm_do lvcreate -an -Zn -Wn -y "$@" >/dev/null
}

# Where it lies, in bytes: from each segment its size, stripe size, and PV:FIRST-BYTE of each stripe.
_lvm_segments() { # VG/LV
	local extent start

	extent=$(lvm_do vgs --noheadings --nosuffix --units b -o vg_extent_size "${1%/*}")
	start=$(lvm_do pvs --noheadings --nosuffix --units b -o pe_start "${lvm_pv[0]}")
	lvm_do lvs --segments --noheadings --nosuffix --units b -o seg_size,stripe_size,seg_pe_ranges "$1" |
		perl -pe 's/:(\d+)-\d+/":" . ('"$start"' + $1 * '"$extent"')/ge'
}

lvm_fill() { # VG/LV FILE
	_lvm_segments "$1" | perl -e '
		open my $in, "<", shift or die;
		while (<STDIN>) {
			my ($size, $stripe, @at) = split;
			my @area = map { [split /:/] } @at;
			$stripe ||= $size;
			for (my $n = 0; $n * $stripe < $size; $n++) {
				my $area = $area[$n % @area];
				defined read $in, my $bytes, $stripe or die;
				next if $bytes !~ /[^\0]/;
				open my $out, "+<", $area->[0] or die;
				sysseek $out, $area->[1] + int($n / @area) * $stripe, 0;
				syswrite($out, $bytes) == length $bytes or die "$!";
			}
		}' "$2"
}

# The first physical volume has room from extent 0 on, when the group holds nothing else.
lvm_kinds() { # VG
	local file=$BATS_FILE_TMPDIR/metadata

	lvm_do vgcfgbackup -f "$file" "$1" >/dev/null
	perl -0pi -e '
		my ($n, $at, $text) = (0, 0, "");
		sub lv {
			my ($name, $status, $segment) = @_;
			my $id = sprintf "%06d-0000-0000-0000-0000-0000-000000", ++$n;
			$text .= "$name { id=\"$id\" status=[\"READ\",\"WRITE\"$status] flags=[] segment_count=1
				segment1 { start_extent=0 extent_count=1 $segment } }\n";
		}
		sub part { lv($_, $_[1] // "", sprintf "type=\"striped\" stripe_count=1 stripes=[\"pv0\",%d]", $at++) for $_[0] }
		my $seen = ",\"VISIBLE\"";
		part("origin", $seen);
		part("snap", $seen);
		lv("snapshot0", "", "type=\"snapshot\" chunk_size=8 origin=\"origin\" cow_store=\"snap\"");
		part("raid_$_") for qw(rmeta_0 rimage_0 rmeta_1 rimage_1);
		lv("raid", $seen, "type=\"raid1\" device_count=2 region_size=1024
			raids=[\"raid_rmeta_0\",\"raid_rimage_0\",\"raid_rmeta_1\",\"raid_rimage_1\"]");
		part("mirror_mimage_$_") for 0, 1;
		lv("mirror", $seen, "type=\"mirror\" mirror_count=2 region_size=1024
			mirrors=[\"mirror_mimage_0\",0,\"mirror_mimage_1\",0]");
		part("pool_$_") for qw(tdata tmeta);
		lv("pool", $seen, "type=\"thin-pool\" metadata=\"pool_tmeta\" pool=\"pool_tdata\" transaction_id=1
			chunk_size=128 discards=\"passdown\" zero_new_blocks=1");
		lv("thin", $seen, "type=\"thin\" thin_pool=\"pool\" transaction_id=0 device_id=1");
		part("cached_corig");
		part("cpool_$_") for qw(cdata cmeta);
		lv("cpool", "", "type=\"cache-pool\" data=\"cpool_cdata\" metadata=\"cpool_cmeta\" metadata_format=2
			chunk_size=128 cache_mode=\"writethrough\" policy=\"smq\"");
		lv("cached", $seen, "type=\"cache\" cache_pool=\"cpool\" origin=\"cached_corig\"");
		s/(physical_volumes \{.*?\n\t\t\}\n\t\}\n)(?:.*?logical_volumes \{.*?\n\t\}\n)?/$1logical_volumes {\n$text}\n/s;
	' "$file"
	lvm_do vgcfgrestore --force -y -f "$file" "$1" >/dev/null
}
