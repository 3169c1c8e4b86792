#!/bin/bash
# provision.sh ROLE ADDRESS: makes a Debian 12 machine a balancer, a server or a client. Running it again changes nothing
# that is right already. For a balancer, real machines too: put proa.deb, proa.conf and certs/ into /tmp first
# (or where PROA_FROM says).
set -euo pipefail

role=${1:?balancer, server or client}
address=${2:?the address of this machine}
from=${PROA_FROM:-/tmp}
export DEBIAN_FRONTEND=noninteractive

has_address() { ip -o addr show | grep -qF " $address/"; }

is_installed() {
    [ "$(dpkg-query -W -f '${Version}' proa 2>/dev/null)" = "$(dpkg-deb -f "$from/proa.deb" Version)" ]
}

balancer() {
    local node restart=
    node=$(hostname -s)
    is_installed || apt-get install -y --no-install-recommends "$from/proa.deb"
    install -d -o root -g proa -m 0750 /etc/proa /etc/proa/certs
    install -o root -g proa -m 0640 "$from/certs/ca.pem" "$from/certs/$node.pem" "$from/certs/$node.key" /etc/proa/certs/
    if ! cmp -s "$from/proa.conf" /etc/proa/proa.conf; then
        proa check -c "$from/proa.conf" --node "$node"
        install -o root -g proa -m 0640 "$from/proa.conf" /etc/proa/proa.conf
        restart=yes
    fi
    systemctl enable --quiet proa-vipd.service proa-node.service
    if systemctl is-active --quiet proa-node.service && [ -n "$restart" ]; then
        systemctl reload proa-node.service || systemctl restart proa-node.service
    fi
    systemctl start proa-vipd.service proa-node.service
}

server() {
    command -v python3 >/dev/null || { apt-get update -q && apt-get install -y --no-install-recommends python3; }
    install -d /srv/web
    printf 'served by %s\n' "$(hostname -s)" >/srv/web/index.html
    cat >/etc/systemd/system/web.service <<UNIT
[Unit]
Description=A server behind the balancers
[Service]
DynamicUser=yes
ExecStart=/usr/bin/python3 -m http.server --directory /srv/web --bind $address 8000
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
    systemctl daemon-reload
    systemctl enable --quiet --now web.service
}

client() {
    command -v curl >/dev/null || { apt-get update -q && apt-get install -y --no-install-recommends curl; }
}

has_address || { echo "provision.sh: no interface has $address" >&2; exit 1; }
case $role in
balancer | server | client) "$role" ;;
*)
    echo 'provision.sh: balancer, server or client' >&2
    exit 2
    ;;
esac
