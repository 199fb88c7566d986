# shellcheck shell=bash
# Functions with which the bootstrap of both roles runs and reports its steps. Each step runs in its own subshell and writes
# to the log. If a step fails, the bootstrap ends with one line, on stderr and in the log, that has its name and last output;
# the user data sends the end of the log to CloudFormation.

HOME_DIR=/opt/serving-compare
BOOTSTRAP_LOG=/var/log/serving-compare-bootstrap.log
STATE_DIR=/var/lib/serving-compare
TOOLS_DIR=/opt/serving-compare-tools
# Seconds before the first retry; they double with each further one.
RETRY_SECONDS=${SC_RETRY_SECONDS:-2}

# shellcheck source=lib/aws/node/node-env.sh
source "$HOME_DIR/lib/aws/node/node-env.sh"

# The user data and Run Command set different paths; these hold the programs that the bootstrap installs.
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export PATH

log() {
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >>"$BOOTSTRAP_LOG"
}

# last_output OFFSET: the last lines of the log after an offset in bytes, as one line of printable characters.
last_output() {
  local output
  output=$(tail -c "+$(($1 + 1))" "$BOOTSTRAP_LOG" | tr -d '\000-\010\013-\037\177' | awk 'NF' | tail -n 5 |
    awk '{ printf "%s%s", (NR > 1 ? " | " : ""), $0 }' | tail -c 800)
  printf '%s' "${output:-it printed nothing}"
}

# Sends the new part of the log to the log group of the deployment, where people can follow it, even after a failed node is
# gone. Callers ignore its failures, so that they do not hide the failure of a step.
send_log() {
  local events stream from size
  # The steps may have added variables.
  load_node_env
  from=$(cat "$STATE_DIR/log-sent" 2>/dev/null || echo 1)
  stream=bootstrap-pair-$SC_PAIR-$SC_ROLE-${SC_INSTANCE_ID:-unknown}
  size=$(stat -c %s "$BOOTSTRAP_LOG")
  echo "$((size + 1))" >"$STATE_DIR/log-sent"
  events=$(mktemp)
  # An event may have 256 KiB; escaping makes the text longer.
  printf '[{"timestamp":%s000,"message":"%s"}]' "$(date +%s)" "$(head -c "$size" "$BOOTSTRAP_LOG" | tail -c "+$from" | tail -c 100000 |
    tr -cd '\12\40-\176' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }')" >"$events"
  timeout 15 aws logs create-log-stream --log-group-name "$SC_LOG_GROUP" --log-stream-name "$stream" 2>/dev/null || true
  timeout 15 aws logs put-log-events --log-group-name "$SC_LOG_GROUP" --log-stream-name "$stream" --log-events "file://$events"
  rm -f "$events"
}

# step NAME FUNCTION: runs the function with the environment that earlier steps have written, and ends the bootstrap if it
# fails.
step() {
  local name=$1 rc=0 offset started=$SECONDS
  log "step=$name begins"
  offset=$(stat -c %s "$BOOTSTRAP_LOG")
  # Not after "if" or "||", where bash would ignore failures inside the function.
  set +e
  (
    set -Eeuo pipefail
    load_node_env
    "$2"
  ) >>"$BOOTSTRAP_LOG" 2>&1
  rc=$?
  set -e
  if ((rc != 0)); then
    local report
    report="step=$name rc=$rc: $(last_output "$offset")"
    log "$report"
    echo "$report" >&2
    send_log >/dev/null 2>&1 || true
    exit "$rc"
  fi
  log "step=$name done after $((SECONDS - started)) s"
}

# Sends the log every 20 seconds, for steps that take minutes.
follow_log() {
  (while sleep 20; do send_log || true; done) >/dev/null 2>&1 &
  FOLLOWER=$!
  trap 'kill "$FOLLOWER" 2>/dev/null || true' EXIT
}

# Ends the log, and sends it.
finish() {
  log "$SC_ROLE node is ready"
  kill "$FOLLOWER" 2>/dev/null || true
  send_log >/dev/null 2>&1 || true
}

# retry TIMES COMMAND…: for commands that depend on the network.
retry() {
  local times=$1 attempt=1 pause=$RETRY_SECONDS
  shift
  until "$@"; do
    if ((attempt >= times)); then
      echo "failed $times times: $*" >&2
      return 1
    fi
    echo "attempt $attempt of $times failed, the next is in $pause s: $*" >&2
    sleep "$pause"
    attempt=$((attempt + 1))
    pause=$((pause * 2))
  done
}

# Opens the log and reads the node's environment.
begin() {
  umask 022
  mkdir -p "$STATE_DIR" "$TOOLS_DIR"
  touch "$BOOTSTRAP_LOG"
  load_node_env
  # Dnf and Node expect HOME.
  export HOME=${HOME:-/root}
  cd "$HOME_DIR" || exit
}
