# shellcheck shell=bash
# Functions of the scripts behind the SSM documents. Their parameters are variables SSM_…, which SSM has checked against the
# patterns of the document. They print at most one line of JSON on stdout and messages on stderr; the exit code tells the
# kind of failure.

HOME_DIR=/opt/serving-compare

# shellcheck source=lib/aws/node/node-env.sh
source "$HOME_DIR/lib/aws/node/node-env.sh"

# The agent's path may lack the folders where the bootstrap installs programs.
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# LC_ALL: ranges in patterns are ASCII ranges.
export PATH HOME=${HOME:-/root} LC_ALL=C
umask 022

# fail CODE MESSAGE: prints an error and exits.
fail() {
  echo "error: $2" >&2
  exit "$1"
}

# Loads the node's environment.
begin() {
  load_node_env
  cd "$HOME_DIR" || exit
}

run_unit() {
  echo "serving-compare-run@$1.service"
}

run_folder() {
  echo "/var/lib/serving-compare/runs/$1"
}

# unit_state UNIT: its ActiveState.
unit_state() {
  systemctl show --property ActiveState --value "$1"
}

# last_lines UNIT: what it last wrote to the journal.
last_lines() {
  journalctl --unit "$1" --no-pager --output cat --lines 20 2>/dev/null || true
}
