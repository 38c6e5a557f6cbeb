#!/bin/bash
# s3_radosgw - Ceph's S3 gateway on loopback, everything in memory, for the tests of the store
#
#   s3_radosgw.sh start DIR PORT    a new DIR; returns when S3 answers
#   s3_radosgw.sh stop DIR
#
# Keys AKTEST / SKTEST; role arn:aws:iam:::role/visitor for session tokens (STS on the same port).
# Needs Debian's ceph-mon, ceph-mgr, ceph-osd, radosgw, ceph-common, without what they recommend.
set -euo pipefail

dir=${2:?usage: s3_radosgw.sh start DIR PORT | stop DIR}

halt() {
  local pid
  for pid in "$dir"/pids/*; do
    [ -e "$pid" ] || continue
    kill "$(cat "$pid")" 2> /dev/null || true
    rm -f "$pid"
  done
}

# daemon NAME COMMAND...: in the background, its output in logs/NAME, its number in pids/NAME
daemon() {
  local name=$1
  shift
  setsid "$@" > "logs/$name" 2>&1 < /dev/null &
  echo $! > "pids/$name"
}

patiently() { # tries a command for a minute
  for _ in $(seq 120); do
    if "$@" > /dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  echo "gave up on: $*; see $dir/logs" >&2
  halt
  exit 1
}

free_port() { /usr/bin/python3 -c 'import socket as s; x = s.socket(); x.bind(("127.0.0.1", 0)); print(x.getsockname()[1])'; }
listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1"); }
osd_is_up() { ceph_ osd stat | grep -q '1 up'; }
ceph_() { timeout 60 ceph --conf ceph.conf "$@"; }
admin() { timeout 60 radosgw-admin --conf ceph.conf "$@" > /dev/null; }
keyring_entry() { # FILE NAME CAPS...
  local file=$1 name=$2
  shift 2
  ceph-authtool --create-keyring "$file" --gen-key --name "$name" "$@" > /dev/null
}

configure() {
  local monitor=$1 port=$2 fsid=$3
  {
    printf '[global]\nfsid = %s\nmon host = v2:127.0.0.1:%s\n' "$fsid" "$monitor"
    printf '%s\n' 'public addr = 127.0.0.1' 'cluster addr = 127.0.0.1' 'ms bind ipv6 = false' \
      'osd objectstore = memstore' 'memstore device bytes = 2G' 'osd pool default size = 1' \
      'osd pool default min size = 1' 'osd pool default pg num = 8' 'osd crush chooseleaf type = 0' \
      'mon allow pool size one = true' 'mon data avail crit = 0'
    # shellcheck disable=SC2016 # $name and $id are Ceph's
    printf '%s = %s\n' 'admin socket' "$dir/run/\$name.\$pid.sock" 'run dir' "$dir/run" 'keyring' "$dir/keyring" \
      'log file' "$dir/logs/\$name.log" 'mon data' "$dir/mon" 'mgr data' "$dir/mgr" 'osd data' "$dir/osd" \
      'osd class dir' "$(echo /usr/lib/*/rados-classes)" # Debian 13's default is not absolute
    printf '[client.rgw.s3]\nrgw frontends = beast endpoint=127.0.0.1:%s\n' "$port"
    printf '%s\n' "rgw data = $dir/rgw" 'rgw dns name = localhost' 'rgw s3 auth use sts = true' \
      'rgw sts key = 0123456789abcdef'
  } > ceph.conf
}

raise_monitor() {
  keyring_entry keyring client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  keyring_entry mon.keyring mon. --cap mon 'allow *'
  ceph-authtool mon.keyring --import-keyring keyring > /dev/null
  monmaptool --create --fsid "$2" --addv a "v2:127.0.0.1:$1" monmap > /dev/null
  ceph-mon --conf ceph.conf --mkfs -i a --monmap monmap --keyring mon.keyring
  daemon mon ceph-mon --conf ceph.conf -i a -f
  patiently ceph_ mon stat
}

raise_storage() {
  local uuid
  uuid=$(cat /proc/sys/kernel/random/uuid)
  ceph_ auth get-or-create mgr.x mon 'allow profile mgr' osd 'allow *' >> keyring
  daemon mgr ceph-mgr --conf ceph.conf -i x -f
  ceph_ osd new "$uuid" > /dev/null
  keyring_entry osd/keyring osd.0
  cat osd/keyring >> keyring
  ceph-osd --conf ceph.conf -i 0 --mkfs --osd-uuid "$uuid" --no-mon-config > logs/mkfs 2>&1
  ceph_ auth add osd.0 osd 'allow *' mon 'allow profile osd' mgr 'allow profile osd' -i osd/keyring 2> /dev/null
  daemon osd ceph-osd --conf ceph.conf -i 0 -f
  patiently osd_is_up
}

raise_gateway() {
  local principal='{"AWS":["arn:aws:iam:::user/owner"]}'
  ceph_ auth get-or-create client.rgw.s3 mon 'allow rw' osd 'allow rwx' >> keyring
  daemon rgw radosgw --conf ceph.conf -n client.rgw.s3 -f
  patiently listens "$1"
  admin user create --uid=owner --display-name=owner --access-key=AKTEST --secret-key=SKTEST --caps='roles=*'
  admin role create --role-name=visitor --assume-role-policy-doc="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":$principal,\"Action\":[\"sts:AssumeRole\"]}]}"
  admin role-policy put --role-name=visitor --policy-name=all --policy-doc='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}]}'
}

case $1 in
start)
  port=${3:?the port}
  fsid=$(cat /proc/sys/kernel/random/uuid)
  monitor=$(free_port)
  mkdir "$dir" 2> /dev/null || [ -z "$(ls -A "$dir")" ] || { echo "$dir is not empty" >&2; exit 2; }
  dir=$(realpath "$dir")
  cd "$dir"
  mkdir pids logs run mon mgr osd rgw
  trap 'echo "failed; see $dir/logs" >&2; halt' ERR
  configure "$monitor" "$port" "$fsid"
  raise_monitor "$monitor" "$fsid"
  raise_storage
  raise_gateway "$port"
  ;;
stop) halt ;;
*) echo "usage: s3_radosgw.sh start DIR PORT | stop DIR" >&2; exit 2 ;;
esac
