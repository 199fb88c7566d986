# shellcheck shell=bash
# What the scripts behind the SSM documents share. They print at most one line of JSON on stdout; everything for people
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

# begin CODE [ROLE]: reads the node's environment; ends with the code where this node is none of that role.
begin() {
  load_node_env || exit "$1"
  if [[ -n ${2:-} && ${SC_ROLE:-} != "$2" ]]; then
    fail "$1" "this is a ${SC_ROLE:-node without role}, not a $2 node: send the document to the other node of the pair"
  fi
  cd "$HOME_DIR" || exit "$1"
}

# parameter CODE NAME PATTERN: prints the parameter, which must match. SSM has checked that already; a person who calls
# the script has not.
parameter() {
  local name="SSM_$2"
  if [[ -z ${!name+set} ]]; then fail "$1" "the parameter $2 is missing (variable $name)"; fi
  if [[ ! ${!name} =~ $3 ]]; then fail "$1" "the parameter $2 is \"${!name}\", allowed is $3"; fi
  printf '%s' "${!name}"
}

run_id_parameter() {
  parameter "$1" RunId '^[a-z0-9]([a-z0-9-]{0,47}[a-z0-9])?$'
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
