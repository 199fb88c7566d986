# shellcheck shell=bash
# What the scripts behind the SSM documents share. Their parameters are variables SSM_…, which SSM has checked against the
# patterns of the document. They print at most one line of JSON on stdout; everything for people
# goes to stderr, and the exit code says what happened.

HOME_DIR=/opt/serving-compare

# shellcheck source=lib/node/node-env.sh
source "$HOME_DIR/lib/node/node-env.sh"

# The agent's own path may lack where the bootstrap puts programs.
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Ranges in patterns are those of ASCII.
export PATH HOME=${HOME:-/root} LC_ALL=C
umask 022

# fail CODE MESSAGE
fail() {
  echo "error: $2" >&2
  exit "$1"
}

# Reads the node's environment.
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

# Prints the state of a unit as systemd calls it.
unit_state() {
  systemctl show --property ActiveState --value "$1"
}

# The unit's own last words.
last_words() {
  journalctl --unit "$1" --no-pager --output cat --lines "${2:-20}" 2>/dev/null || true
}
