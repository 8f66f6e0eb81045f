#!/usr/bin/env bash
# Runs a command that finds several hosts, all of them on this machine: network namespaces, each with an address of its
# own, joined by a bridge. They are gone when the command has ended, and when it is interrupted.
#
#   ./hosts.sh 3 cargo run
#
# Namespaces need Linux, root, and `ip` (Debian: iproute2). Without them the command finds this host alone, and a line
# says so.
set -euo pipefail

# What mpirun calls in place of ssh: the address of a host, and a command to run there.
if [[ ${1-} =~ ^10\.88\.([0-9]+)\.([0-9]+)$ ]]; then
  shift
  name=cluster-${BASH_REMATCH[1]}-${BASH_REMATCH[2]}
  # All hosts have this machine's files, so each needs a place of its own for temporary ones.
  TMPDIR=${TMPDIR:-/tmp}/$name
  mkdir -p "$TMPDIR"
  export TMPDIR
  exec ip netns exec "$name" /bin/sh -c "$*"
fi

if ! [[ ${1-} =~ ^[1-9][0-9]?$ ]] || [ $# -lt 2 ]; then
  echo "hosts.sh: say how many, up to 99, and a command: ./hosts.sh 3 cargo run" >&2
  exit 2
fi
count=$1
shift

host() { echo "cluster-$net-$1"; }

remove() {
  for i in $(seq "$count"); do
    for pid in $(ip netns pids "$(host "$i")" 2>/dev/null); do
      kill -KILL "$pid" 2>/dev/null || true
    done
    ip netns delete "$(host "$i")" 2>/dev/null || true
    rm -rf "${TMPDIR:-/tmp}/$(host "$i")"
  done
  ip link delete "$bridge" 2>/dev/null || true
}

# Whoever makes hosts at the same time has another number: a bridge is made by one of them only.
claim() {
  for try in $(seq 0 249); do
    net=$((($$ + try) % 250 + 1))
    bridge=cluster-$net
    if problem=$(ip link add "$bridge" type bridge 2>&1); then
      trap remove EXIT
      return
    fi
    # Refused for another reason, it would be refused with every number.
    [ -e "/sys/class/net/$bridge" ] || return
  done
  return 1
}

make() {
  ip address add "10.88.$net.254/24" dev "$bridge" &&
    ip link set "$bridge" up || return
  for i in $(seq "$count"); do
    ip netns add "$(host "$i")" &&
      ip link add "c$net-$i" type veth peer name eth0 netns "$(host "$i")" &&
      ip link set "c$net-$i" master "$bridge" up &&
      ip -n "$(host "$i")" address add "10.88.$net.$i/24" dev eth0 &&
      ip -n "$(host "$i")" link set eth0 up &&
      ip -n "$(host "$i")" link set lo up || return
  done
}

alone=
if [ "$(uname)" != Linux ]; then
  alone='several hosts on one machine need Linux'
elif [ "$(id -u)" != 0 ]; then
  alone='several hosts on one machine need root'
elif ! command -v ip >/dev/null; then
  alone='several hosts on one machine need `ip`, such as that of the package iproute2'
else
  # The command gets the same signal; this script waits for it, and then removes the hosts.
  trap : INT TERM
  if ! claim || ! problem=$(make 2>&1); then
    alone="the system refuses to make several hosts: ${problem%%$'\n'*}"
  fi
fi

if [ -n "$alone" ]; then
  echo "hosts.sh: $alone; everything runs on this one" >&2
else
  CLUSTER_HOSTS=$(seq -s, -f "10.88.$net.%g" "$count")
  CLUSTER_AGENT=$(realpath "${BASH_SOURCE[0]}")
  export CLUSTER_HOSTS CLUSTER_AGENT
fi
"$@"
