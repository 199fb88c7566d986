# shellcheck shell=bash
# Reads and extends the node's environment file: values in single quotes, which the shell and systemd read alike.

NODE_ENV_FILE=/etc/serving-compare/node.env

# Exports every variable of the file.
load_node_env() {
  set -a
  # shellcheck source=/dev/null
  source "$NODE_ENV_FILE"
  set +a
  # The AWS command line takes its region from here, so that it need not ask the metadata service.
  export AWS_DEFAULT_REGION=$SC_REGION
}

# set_node_env KEY VALUE: adds a variable; of two lines with one name both readers take the last.
set_node_env() {
  printf "%s='%s'\n" "$1" "$2" >>"$NODE_ENV_FILE"
  export "$1=$2"
}
