# shellcheck shell=bash
# Reads and extends the node's environment file. Its values are in single quotes, which the shell and systemd parse alike.

NODE_ENV_FILE=/etc/serving-compare/node.env
# Node.js by its full path: if an image has another version, that one stays behind the name "node"
# (https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html). The units have the same path.
# shellcheck disable=SC2034 # used by the scripts that source this file
NODE=/usr/bin/node-24

# Exports all variables of the file.
load_node_env() {
  set -a
  # shellcheck source=/dev/null
  source "$NODE_ENV_FILE"
  set +a
  # Otherwise the AWS CLI would ask the metadata service for the region.
  export AWS_DEFAULT_REGION=$SC_REGION
}

# set_node_env KEY VALUE: adds or replaces a variable. If a name occurs twice, both readers use the last line.
set_node_env() {
  printf "%s='%s'\n" "$1" "$2" >>"$NODE_ENV_FILE"
  export "$1=$2"
}
