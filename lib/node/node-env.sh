# shellcheck shell=bash
# Reads and extends the node's environment file. It has the form that systemd reads, which is not that of the shell:
# quotes inside a value are part of it. So it is parsed here and never sourced.

NODE_ENV_FILE=/etc/serving-compare/node.env

# Exports every SC_ variable of the file, and NODE_OPTIONS where the bootstrap wrote some.
load_node_env() {
  local line value
  if [[ ! -r $NODE_ENV_FILE ]]; then
    echo "$NODE_ENV_FILE is missing: this node was not set up by its user data" >&2
    return 1
  fi
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^(SC_[A-Z0-9_]+|NODE_OPTIONS)=(.*)$ ]] || continue
    local key=${BASH_REMATCH[1]}
    value=${BASH_REMATCH[2]}
    if [[ $value =~ ^\'(.*)\'$ || $value =~ ^\"(.*)\"$ ]]; then value=${BASH_REMATCH[1]}; fi
    export "$key=$value"
  done <"$NODE_ENV_FILE"
  # The AWS command line takes its region from here, so that it need not ask the metadata service.
  export AWS_DEFAULT_REGION=${SC_REGION:-}
}

# set_node_env KEY VALUE: replaces or adds one line, and exports it. The file is never seen half written.
set_node_env() {
  local key=$1 value=$2 unfinished="$NODE_ENV_FILE.unfinished"
  if [[ $value == *$'\n'* ]]; then
    echo "the value of $key has more than one line" >&2
    return 1
  fi
  { grep -v "^$key=" "$NODE_ENV_FILE" || true; } >"$unfinished"
  printf '%s=%s\n' "$key" "$value" >>"$unfinished"
  chmod --reference="$NODE_ENV_FILE" "$unfinished"
  mv -f "$unfinished" "$NODE_ENV_FILE"
  export "$key=$value"
}
