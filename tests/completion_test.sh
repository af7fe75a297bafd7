#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# completion_test.sh PROCTAPE PROCTAPED: what bash offers for unfinished command lines.
set -euo pipefail
proctape=$(realpath "$1")
proctaped=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck disable=SC1091 # checked by itself
source ../packaging/bash-completion/proctape

# offers FUNCTION EXPECTED PROGRAM WORD...: EXPECTED are among the words offered for the last one.
# What begins with ! is not.
offers() {
  local function=$1 expected=$2 offered word
  shift 2
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  "$function" "$1"
  offered=" ${COMPREPLY[*]} "
  for word in $expected; do
    if [[ $word == !* ]]; then
      [[ $offered != *" ${word#!} "* ]] || fail "offered for '${COMP_WORDS[*]:1}': $word"
    else
      [[ $offered == *" $word "* ]] || fail "not offered for '${COMP_WORDS[*]:1}': $word, but$offered"
    fi
  done
}

fail() {
  echo "completion_test: $*" >&2
  exit 1
}

offers _proctape 'show info migrate !Subcommands' "$proctape" ''
offers _proctape 'check convert cat cut !show' "$proctape" c
offers _proctape '--help --version !--json' "$proctape" -
offers _proctape '--rows --top --all --sort --watch --help --json !--write' "$proctape" show -
offers _proctape 'processes programs overview !Examples' "$proctape" show ''
offers _proctape 'processes !programs' "$proctape" show proce
offers _proctape 'bubble grid timeline3d !Examples' "$proctape" plot ''
offers _proctape '--width --dark --output !--sort' "$proctape" plot --
offers _proctape '10m 1h' "$proctape" show --step ''
offers _proctape 'root' "$proctape" show --user ro
offers _proctape '--write --force !--rows' "$proctape" migrate --
offers _proctape '2.3 2.8 2.13 !auto' "$proctape" convert --to ''
offers _proctape 'completion_test.sh' "$proctape" show comp
offers _proctape 'completion_test.sh' "$proctape" cut -o comp
offers _proctape '--stat --status --io --threads --log !--rows' "$proctape" procfs --
offers _proctape 'completion_test.sh' "$proctape" procfs --log comp
offers _proctape '!completion_test.sh' "$proctape" procfs --repeat ''
offers _proctaped '--interval --log-dir --check-config --version' "$proctaped" ''
offers _proctaped '--log-dir !--interval' "$proctaped" --l
offers _proctaped '2.13 2.12 !2.8' "$proctaped" --format 2.1
offers _proctaped 'auto' "$proctaped" --format a
offers _proctaped 'fixtures !completion_test.sh' "$proctaped" --log-dir ''
[[ $(complete -p proctaped) == *_proctaped* ]] || fail "nothing is registered for proctaped"
