#!/usr/bin/env bash
# Writes an ONNX classifier as a TensorRT plan. It uses 32-bit floats, so that its answers can be compared with those of other formats.
# A plan fits only one release of TensorRT and one type of GPU: run this in the container of that release, on that machine.
#
# usage: tensorrt.sh MODEL.onnx OUT.plan [SHAPES [TRTEXEC]]
set -euo pipefail

if (($# < 2)); then
  sed -n '2,/^set/{/^#/s/^# \?//p}' "$0" >&2
  exit 2
fi
source=$1
target=$2
# A plan has no open dimensions.
shapes=${3:-input:1x3x224x224}
trtexec=${4:-trtexec}

if ! command -v "$trtexec" >/dev/null; then
  echo "error: $trtexec was not found; run this in a container with TensorRT, or give the path of trtexec" >&2
  exit 2
fi
mkdir -p "$(dirname "$target")"
unfinished=$target.unfinished
"$trtexec" --onnx="$source" --saveEngine="$unfinished" --shapes="$shapes" --skipInference >&2
version=$("$trtexec" --help 2>&1 | sed -n 's/.*TensorRT v\([0-9]*\).*/\1/p' | head -n 1)
gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)
mv "$unfinished" "$target"
echo "TensorRT v$version on $gpu"
