#!/bin/sh
# Runs "docker ARGUMENTS", and makes sure that its container does not outlive the program that started this one: when the standard
# input ends, the container NAME is removed. Removes FOLDER at the end.
#
# usage: guard.sh NAME FOLDER ARGUMENTS...
name=$1 folder=$2
shift 2
exec 3<&0 </dev/null
docker "$@" 3<&- &
client=$!
{
  while read -r _; do :; done <&3
  # Docker does not know a container that is just being created, so this is repeated until the client has ended.
  while kill -0 "$client"; do
    docker rm --force --volumes "$name"
    command -p sleep 0.1
  done
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$client"
code=$?
kill "$watcher" 2>/dev/null
[ -z "$folder" ] || command -p rm -rf "$folder"
exit "$code"
