#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# enter_root.sh ROOT COMMAND...: in namespaces of its own, with ROOT as the root.
set -euo pipefail
root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --bind /dev/null "$root/dev/null"
exec env -i PATH=/bin:/usr/sbin chroot "$root" "$@"
