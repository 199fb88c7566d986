#!/bin/sh
# Runs the Java process of `multi-model-server --start` without its parent, which does not forward signals.
set -eu
packages=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
exec java -Xmx1g "-Dmodel_server_home=$packages" -cp ".:$packages/mms/frontend/*" com.amazonaws.ml.mms.ModelServer \
  --python "$(command -v python)" -f /serving/mms/mms.properties -s /models -m "$1=$1.mar"
