#!/usr/bin/env bash
# A stand-in for Docker on nodes that serve in containers. Images whose name has "nothing" do not exist; containers of images whose
# name has "broken" end at once; any other container is the simulated server of the serving that the unit starts.
set -Eeuo pipefail

state=/var/lib/docker-stand-in
mkdir -p "$state"
file_of() { printf '%s/%s' "$state" "${1//\//_}"; }

case $1 in
  info)
    case $* in
      *SecurityOptions*) echo '[]' ;;
      *Runtimes*) echo '{"runc":{}}' ;;
      *) echo 'docker stand-in' ;;
    esac
    ;;
  pull)
    if [[ $2 == *nothing* ]]; then
      echo "Error response from daemon: manifest for $2 not found: manifest unknown" >&2
      exit 1
    fi
    touch "$(file_of "$2")"
    ;;
  image)
    [[ -e $(file_of "$3") ]] || exit 1
    digest=$(printf '0%.0s' {1..64})
    printf '[{"Id":"sha256:%s","RepoDigests":["%s@sha256:%s"],"Size":1000,"Config":{"Labels":null}}]\n' "$digest" "${3%:*}" "$digest"
    ;;
  run)
    if [[ $* == *broken* ]]; then
      echo 'CUDA driver version is insufficient' >&2
      exit 125
    fi
    echo $$ >"$state/pid"
    exec node /opt/serving-compare/bin/typescript.js /opt/serving-compare/serving-configs/reference/main.ts --serving "$SERVING" --host "$SC_ADDRESS" \
      --weights /var/lib/serving-compare/models/onnx/nchw.onnx
    ;;
  stop) kill -TERM "$(cat "$state/pid")" ;;
  rm) if [[ -e $state/pid ]]; then kill -KILL "$(cat "$state/pid")" 2>/dev/null || true; fi ;;
  *) exit 1 ;;
esac
