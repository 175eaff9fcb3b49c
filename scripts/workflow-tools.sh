# Sourced by bash, after engine.sh and engines.sh. Provides the tools that run and check the workflows: act and actionlint
# from their Go modules, zizmor from PyPI. That takes three minutes, once per version, and stays in .cache/workflow-tools.
#
#   workflow_tools   builds what is missing and exports FARGATE_TEST_ACT, FARGATE_TEST_ACTIONLINT, FARGATE_TEST_ZIZMOR;
#                    fails with a reason on stderr. Programs that those variables already name are used as they are.

workflow_act=v0.2.89
workflow_actionlint=v1.7.12
workflow_zizmor=1.32.0

workflow_tools() {
  local folder="$PWD/.cache/workflow-tools/act-$workflow_act-actionlint-$workflow_actionlint-zizmor-$workflow_zizmor"
  mkdir -p "$folder"
  if [ -z "${FARGATE_TEST_ACT:-}" ] || [ -z "${FARGATE_TEST_ACTIONLINT:-}" ]; then
    workflow_go "$folder" act "github.com/nektos/act@$workflow_act" || return 1
    workflow_go "$folder" actionlint "github.com/rhysd/actionlint/cmd/actionlint@$workflow_actionlint" || return 1
    export FARGATE_TEST_ACT="$folder/act" FARGATE_TEST_ACTIONLINT="$folder/actionlint"
  fi
  [ -n "${FARGATE_TEST_ZIZMOR:-}" ] || workflow_python "$folder/zizmor" || return 1
  export FARGATE_TEST_ZIZMOR="${FARGATE_TEST_ZIZMOR:-$folder/zizmor/bin/zizmor}"
}

# workflow_go FOLDER PROGRAM MODULE@VERSION
workflow_go() {
  [ ! -x "$1/$2" ] || return 0
  engines_go || return 1
  GOBIN=$1 GOFLAGS=-modcacherw timeout 900 go install "$3" >"$1/$2.log" 2>&1 || {
    echo "Workflow tools: $2 can't be built:" >&2
    tail -n 10 "$1/$2.log" >&2
    return 1
  }
}

workflow_python() {
  [ ! -x "$1/bin/zizmor" ] || return 0
  rm -rf "$1"
  python3 -m venv "$1" >/dev/null 2>&1 || {
    apt_install python3-venv || return 1
    /usr/bin/python3 -m venv "$1" || return 1
  }
  "$1/bin/pip" install --quiet --disable-pip-version-check "zizmor==$workflow_zizmor" || {
    echo "Workflow tools: zizmor can't be installed." >&2
    rm -rf "$1"
    return 1
  }
}
