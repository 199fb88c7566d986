#!/usr/bin/env bash
# Stands for every program that a node has and this machine has not, under each one's name. It writes its call to
# /calls.log, fails where the call begins with a line of /fail, and otherwise does the little that the scripts look at.
set -Eeuo pipefail

name=${0##*/}
call="$name $*"
printf '%s\n' "$call" >>/calls.log
if [[ -f /fail ]]; then
  while IFS= read -r line; do
    if [[ -n $line && $call == "$line"* ]]; then
      echo "$name: simulated failure" >&2
      exit 1
    fi
  done </fail
fi

# The answer to a download: the file of that name in /downloads.
give() {
  local from=/downloads/${1##*/}
  if [[ ! -f $from ]]; then
    echo "$name: there is no $1" >&2
    exit 22
  fi
  cp "$from" "$2"
}

case $name in
  rpm) # rpm --query --quiet PACKAGE
    grep -qxF "${*: -1}" /packages 2>/dev/null
    ;;
  dnf)
    echo "${*: -1}" >>/packages
    ;;
  systemctl)
    case $1 in
      list-unit-files) [[ ${*: -1} == @(dnf-makecache.timer|man-db.timer) ]] && echo "${*: -1} enabled" ;;
      is-active) echo active ;;
      enable)
        if [[ $* == *sampler* ]]; then echo '{"t":1}' >/var/lib/serving-compare/samples.jsonl; fi
        ;;
    esac
    ;;
  docker)
    case "$1 $2" in
      'image inspect') exit 1 ;;
      'info --format')
        if [[ $3 == *Runtimes* && ! -f /no-nvidia-runtime ]]; then echo '{"nvidia":{},"runc":{}}'; fi
        ;;
    esac
    ;;
  nvidia-smi) echo 'Tesla T4, 595.71.05, 15360' ;;
  aws) # aws s3 cp --only-show-errors URL FILE, or --recursive FOLDER URL; aws logs …
    if [[ $1 == logs ]]; then
      if [[ ${*: -1} == file://* ]]; then
        file=${*: -1}
        cp "${file#file://}" /log-events
      fi
    elif [[ $4 == --recursive ]]; then
      mkdir -p "/uploads/${6#s3://}"
      cp "$5"/* "/uploads/${6#s3://}"
    else
      give "$4" "$5"
    fi
    ;;
  curl)
    url=${*: -1}
    case $url in
      */latest/api/token) echo a-token ;;
      */local-ipv4) echo 10.0.0.7 ;;
      */instance-id) echo i-0123456789abcdef0 ;;
      */instance-type) echo g4dn.xlarge ;;
      */availability-zone) echo eu-west-1a ;;
      */ami-id) echo ami-0123456789abcdef0 ;;
      */instance-life-cycle) echo on-demand ;;
      *)
        while [[ $1 != --output ]]; do shift; done
        give "$url" "$2"
        ;;
    esac
    ;;
esac
