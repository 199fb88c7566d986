# shellcheck shell=bash
# The first boot of a node; runs only once. The stack prepends lines that set the variables below, and that define
# write_node_environment, which prints the node's environment file.
set -Eeuo pipefail
export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 022

: "${ROLE:?}" "${REGION:?}" "${MAX_HOURS:?}" "${BUNDLE_URL:?}" "${SIGNAL_URL:?}"
HOME_DIR=/opt/serving-compare
ETC_DIR=/etc/serving-compare
LOG=/var/log/serving-compare-bootstrap.log
RETRY_SECONDS=${RETRY_SECONDS:-3}
export AWS_DEFAULT_REGION=$REGION

# Descriptors 3 and 4 go to cloud-init's log.
exec 3>&1 4>&2
exec >>"$LOG" 2>&1

# escaped TEXT: the printable characters of a text, for a string of JSON.
escaped() {
  tr -cd '\12\40-\176' <<<"$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'
}

# signal STATUS TEXT [DATA]: sends the signal that CloudFormation waits for.
signal() {
  printf '{"Status":"%s","Reason":"%s","UniqueId":"%s","Data":"%s"}' "$1" "$(escaped "$2")" "$ROLE" "$(escaped "${3:-}")" |
    curl --silent --show-error --fail --retry 5 --retry-connrefused --max-time 30 \
      -X PUT -H 'Content-Type:' --data-binary @- "$SIGNAL_URL"
}

STEP=start
on_error() {
  echo "step=$STEP: line $1 ended with exit code $2"
}
on_exit() {
  local code=$?
  trap - EXIT ERR
  set +e
  if ((code != 0)); then
    # CloudFormation accepts 4 KiB and shows even less, so the failed step comes first.
    signal FAILURE "$(
      printf '%s node, exit code %s: %s\n' "$ROLE" "$code" "$(grep 'step=' "$LOG" | grep -v '^step=bootstrap:' | tail -n 1 | cut -c -700)"
      tail -n 10 "$LOG" | cut -c -200
    )"
    tail -n 10 "$LOG" >&4
  fi
  exit "$code"
}
trap 'on_error "$LINENO" "$?"' ERR
trap on_exit EXIT

# The deadline comes first, so that the node ends itself whatever fails below. It is an absolute time, so that a reboot does not
# move it. A timer reads the file every minute, so that "extend" only has to write it: reloading systemd would take the GPU away
# from a running container.
STEP=deadline
install -d -m 0755 "$ETC_DIR"
echo "$(($(date +%s) + MAX_HOURS * 3600))" >"$ETC_DIR/deadline"
cat >/etc/systemd/system/serving-compare-deadline.service <<'UNIT'
[Unit]
Description=Ends this node, which terminates it, once its deadline has passed

[Service]
Type=oneshot
ExecStart=/bin/bash -c 'if (($(date +%%s) + 1 < $(cat /etc/serving-compare/deadline || echo 0))); then exit 0; fi; exec systemctl --no-block poweroff'
UNIT
cat >/etc/systemd/system/serving-compare-deadline.timer <<'UNIT'
[Unit]
Description=The deadline of this node

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
UNIT
systemctl daemon-reload
systemctl enable serving-compare-deadline.timer
systemctl restart serving-compare-deadline.timer

STEP=environment
write_node_environment >"$ETC_DIR/node.env"

# The rights of the role and the network may not be available in the first seconds.
STEP=bundle
fetch_bundle() {
  local attempt
  for attempt in 1 2 3 4 5 6; do
    if aws s3 cp --only-show-errors "$BUNDLE_URL" "$1"; then return 0; fi
    echo "attempt $attempt to fetch $BUNDLE_URL failed"
    sleep "$((RETRY_SECONDS * attempt))"
  done
  return 1
}
archive=$(mktemp /var/tmp/serving-compare-XXXXXX.tar.gz)
fetch_bundle "$archive"
install -d -m 0755 "$HOME_DIR"
tar --extract --gzip --file "$archive" --directory "$HOME_DIR" --no-same-owner
rm -f "$archive"

# The bootstrap writes its steps to the same log.
STEP=bootstrap
bash "$HOME_DIR/lib/aws/node/bootstrap/$ROLE.sh" >&3 2>&4

STEP=signal
# The data are the servings that cannot start, with the reasons.
signal SUCCESS "the $ROLE node is ready" "$(cat /var/lib/serving-compare/unavailable 2>/dev/null || true)"
