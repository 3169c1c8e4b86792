#!/bin/bash
# provision.sh ROLE ADDRESS: makes a Debian 12 machine a balancer, a server or a client. Running it again changes nothing
# that is right already. For a balancer, real machines too: put proa.deb, proa.conf, certs/ and, if proa.conf names it, admin-users into /tmp first
# (or where PROA_FROM says).
set -euo pipefail

role=${1:?balancer, server or client}
address=${2:?the address of this machine}
from=${PROA_FROM:-/tmp}
export DEBIAN_FRONTEND=noninteractive

# Not grep -q: its early end would fail ip, and with it the pipeline.
has_address() { ip -o addr show | grep -F " $address/" >/dev/null; }

is_installed() {
    [ "$(dpkg-query -W -f '${Version}' proa 2>/dev/null)" = "$(dpkg-deb -f "$from/proa.deb" Version)" ]
}

# put FILE TO: readable for node and vipd; whether it was another one before.
put() {
    ! cmp -s "$1" "$2" || return 1
    install -o root -g proa -m 0640 "$1" "$2"
}

balancer() {
    local node file changed=
    node=$(hostname -s)
    is_installed || apt-get install -y --no-install-recommends "$from/proa.deb"
    [ -d /etc/proa/certs ] || install -d -o root -g proa -m 0750 /etc/proa/certs
    for file in ca.pem "$node.pem" "$node.key"; do
        put "$from/certs/$file" "/etc/proa/certs/$file" || true
    done
    [ ! -e "$from/admin-users" ] || put "$from/admin-users" /etc/proa/admin-users || true
    if ! cmp -s "$from/proa.conf" /etc/proa/proa.conf; then
        proa check -c "$from/proa.conf" --node "$node"
        put "$from/proa.conf" /etc/proa/proa.conf
        changed=yes
    fi
    systemctl is-enabled --quiet proa-vipd.service proa-node.service || systemctl enable --quiet proa-vipd.service proa-node.service
    if systemctl is-active --quiet proa-node.service && [ -n "$changed" ]; then
        systemctl reload proa-node.service || systemctl restart proa-vipd.service proa-node.service
    fi
    # The first of a cluster is started before the others, and need not lack nothing yet.
    systemctl start proa-vipd.service proa-node.service
}

web_service() {
    cat <<UNIT
[Unit]
Description=A server behind the balancers
[Service]
DynamicUser=yes
ExecStart=/usr/bin/python3 -m http.server --directory /srv/web --bind $address 8000
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
}

server() {
    local unit=/etc/systemd/system/web.service page=/srv/web/index.html
    command -v python3 >/dev/null || { apt-get update -q && apt-get install -y --no-install-recommends python3; }
    [ -d /srv/web ] || install -d /srv/web
    hostname -s | sed 's/^/served by /' | cmp -s - "$page" || hostname -s | sed 's/^/served by /' >"$page"
    if ! web_service | cmp -s - "$unit"; then
        web_service >"$unit"
        systemctl daemon-reload
        systemctl enable --quiet web.service
        systemctl restart web.service
    fi
    systemctl start web.service
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
