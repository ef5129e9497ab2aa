# Shared by ./dispatcher, ./test and the scripts here; source it. Speaks in one line per step, on standard error.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dispatcher
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

say() { echo "-- $*" >&2; }
fail() { echo "$(basename "$0"): $*" >&2; exit 1; }

# The .NET SDK that global.json asks for.
need_sdk() {
  command -v dotnet >/dev/null && (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    fail "needs the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0)"
}

# need_apt PACKAGE=FILE-OR-COMMAND…: installs the Debian packages whose file (a glob with a slash) or command is missing.
need_apt() {
  local missing=() pair package probe
  for pair in "$@"; do
    package=${pair%%=*} probe=${pair#*=}
    case $probe in
      */*) compgen -G "$probe" >/dev/null || missing+=("$package") ;;
      *) command -v "$probe" >/dev/null || missing+=("$package") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "needs these packages: ${missing[*]} (as root: apt-get install ${missing[*]})"
  say "installing ${missing[*]}"
  local log; log=$(mktemp)
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null || { tail -5 "$log" >&2; rm -f "$log"; fail "apt-get could not install ${missing[*]}"; }
  rm -f "$log"
}

# What the server itself needs from the distribution.
need_server_packages() { need_apt 'libsqlite3-0=/usr/lib/*/libsqlite3.so.0'; }

# quiet LOG COMMAND…: runs a command; where it fails its errors are shown and the script ends.
quiet() {
  local log=$1; shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 </dev/null && return
  grep -E '(error|warning) [A-Z]+[0-9]+|: error' "$log" | sort -u | head -20 >&2 || tail -20 "$log" >&2
  fail "$* failed (log: $log)"
}
