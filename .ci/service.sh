# What the scripts of real services share; sourced by them, with `service` their name and `dir` the folder they write to.

say() { echo "$service: $*" >&2; }

# The last lines of the files, on stderr.
show() { tail -qn 5 "$@" >&2 2>/dev/null || true; }

# Installs Debian packages. A fresh machine may be updating itself, or its mirror be slow: both are waited for.
install_packages() {
  local try
  if [ "$(id -u)" != 0 ] || ! type -P apt-get >/dev/null; then
    say "it is not installed, and here only root of a Debian can: apt-get install $*"
    return 1
  fi
  for try in 1 2 3 4 5; do
    [ "$try" = 1 ] || sleep 15
    # Lists that cannot be updated may do; the installation tells.
    apt-get -qq -o Acquire::Retries=3 update || true
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 install -y \
      --no-install-recommends "$@" && return
  done >"$dir/install.log" 2>&1
  say 'its packages could not be installed:'
  show "$dir/install.log"
  return 1
}

# Below the ports that the system gives to outgoing connections: nobody takes it by chance before the service does.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# Ends the process that the file names: asks first, and after 10 s ends it.
end_process() {
  local process
  [ -s "$1" ] || return 0
  process=$(cat "$1")
  kill "$process" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 "$process" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$process" 2>/dev/null || true
}
