# Sourced by run and test: what both need before they can begin.

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

require_dotnet() {
    command -v dotnet >/dev/null || fail "The .NET SDK is missing: install .NET SDK 10 (dotnet-sdk-10.0)."
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        fail "This needs the .NET SDK 10 (see global.json). Installed: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')."
}

# require_packages [postgresql] [redis-server] [rabbitmq-server] [npm]: installs those of the packages that are missing.
require_packages() {
    local package missing=()
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

has_package() {
    case $1 in
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres ;;
        redis-server) command -v redis-server ;;
        rabbitmq-server) [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server ;;
        npm) command -v npm ;;
    esac >/dev/null
}

install_packages() {
    local as_root=()
    command -v apt-get >/dev/null || fail "Missing: $*. Install these with your system's package manager, then start again."
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; } ||
            fail "Missing: $*. Run this once as root, or first: apt-get install $*"
        as_root=(sudo)
    fi
    echo "Installing $* with apt-get: private servers are started from them; their own system services are not."
    "${as_root[@]}" bash -s -- "$@" <<'ROOT' || fail "apt-get could not install: $*"
set -e
export DEBIAN_FRONTEND=noninteractive
# The packages ask this file whether they may start a service.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
# Nor at the next boot.
if [ -d /run/systemd/system ]; then
    for package in "$@"; do
        ! systemctl cat "$package" >/dev/null 2>&1 || systemctl disable --quiet "$package"
    done
fi
ROOT
}

# Builds what ./run starts, unless it was built from these very files.
build_suite() {
    local stamp=$root/Aspire.AppHost/bin/built-from sources output
    sources=$(list_sources | sha256sum)
    if [ "$sources" != "$(cat "$stamp" 2>/dev/null)" ]; then
        echo "Building."
        output=$(dotnet build "$root/scripts/Suite.slnf" -c Release -v quiet -clp:NoSummary --disable-build-servers) ||
            fail "$output"$'\n'"The build failed."
        printf '%s\n' "$sources" >"$stamp"
    fi
}

list_sources() {
    echo "$root $(dotnet --version)"
    find "$root"/{Aspire.AppHost,Aspire.ServiceDefaults,gateway,services,Directory.Build.props,Directory.Packages.props,global.json,EmptyNumber.sln} \
        \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | sort
}
