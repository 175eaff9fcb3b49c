# Sourced by bash. Provides a Docker engine: the one that answers, or one that is started here and stopped again.
#
#   engine_start   exports DOCKER_HOST if it has to start an engine; fails with a reason on stderr
#   engine_stop    stops what engine_start started, and only that
#   as_root CMD    runs a command as root: directly, or with sudo if that needs no password
#   apt_install P  installs Debian packages that are missing

engine_folder=''

engine_start() {
  if engine_answers; then
    echo "Docker: using the running engine ($(docker version --format '{{.Server.Version}}'))." >&2
    return 0
  fi
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
    echo 'Docker: no engine answers. Start Docker; this script can start one only as root on Linux.' >&2
    return 1
  fi
  command -v dockerd >/dev/null && command -v docker >/dev/null || apt_install docker.io || return 1
  engine_mount_cgroups
  engine_folder=$(mktemp -d)
  # Another engine may own the default bridge and its addresses.
  local bridge=()
  if ip link show docker0 >/dev/null 2>&1 && engine_make_bridge; then bridge=(--bridge "$engine_bridge"); fi
  engine_try "${bridge[@]}" || engine_try "${bridge[@]}" --iptables=false --ip-masq=false || {
    echo "Docker: the engine doesn't start:" >&2
    tail -n 20 "$engine_folder/log" >&2
    engine_stop
    return 1
  }
  echo "Docker: started an engine ($(docker version --format '{{.Server.Version}}'))." >&2
}

engine_stop() {
  [ -n "$engine_folder" ] || return 0
  if [ -n "${engine_pid:-}" ]; then
    # The engine stops its containers first.
    kill "$engine_pid" 2>/dev/null && wait "$engine_pid" 2>/dev/null
  fi
  [ -z "${engine_bridge:-}" ] || ip link delete "$engine_bridge" 2>/dev/null
  rm -rf "$engine_folder" 2>/dev/null
  engine_folder='' engine_pid='' engine_bridge=''
  unset DOCKER_HOST
}

engine_answers() {
  command -v docker >/dev/null && docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# Starts dockerd with these options, and waits until it answers.
engine_try() {
  local folder=$engine_folder
  export DOCKER_HOST="unix://$folder/docker.sock"
  dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" -H "$DOCKER_HOST" "$@" \
    >"$folder/log" 2>&1 </dev/null &
  engine_pid=$!
  local attempt
  for attempt in $(seq 1 120); do
    if engine_answers; then return 0; fi
    if ! kill -0 "$engine_pid" 2>/dev/null; then break; fi
    sleep 0.5
  done
  kill "$engine_pid" 2>/dev/null
  wait "$engine_pid" 2>/dev/null
  engine_pid=''
  unset DOCKER_HOST
  return 1
}

engine_make_bridge() {
  engine_bridge="fargate$$"
  ip link add name "$engine_bridge" type bridge 2>/dev/null &&
    ip addr add "10.$((100 + $$ % 100)).$(($$ % 250)).1/24" dev "$engine_bridge" &&
    ip link set "$engine_bridge" up
}

# Without an init system, control groups may not be mounted; Debian's docker.io expects them.
engine_mount_cgroups() {
  if ! grep -q ' /sys/fs/cgroup' /proc/mounts; then
    mkdir -p /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null
  fi
  return 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs Debian packages, without starting their services.
apt_install() {
  command -v apt-get >/dev/null || { echo "Missing: $*. Install it; this machine has no apt-get." >&2; return 1; }
  echo "Installing $* ..." >&2
  local policy=/usr/sbin/policy-rc.d has_policy=yes code=0
  if [ ! -e "$policy" ]; then
    has_policy=''
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
  fi
  if [ -z "${apt_updated:-}" ]; then
    as_root apt-get update -qq </dev/null >/dev/null 2>&1
    apt_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1 || code=$?
  [ -n "$has_policy" ] || as_root rm -f "$policy"
  [ "$code" = 0 ] || echo "apt-get install $* failed." >&2
  return "$code"
}
