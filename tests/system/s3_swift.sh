#!/bin/bash
# s3_swift - OpenStack Swift with its S3 interface on loopback, for the tests of the store; stricter than others
#
#   s3_swift.sh start DIR PORT    a new DIR, on a file system with user attributes; returns when S3 answers
#   s3_swift.sh stop DIR
#
# Keys test:owner / SKTEST, region us-east-1.
# Needs root (Swift gives it up), Debian's swift-proxy, swift-account, swift-container, swift-object, memcached, without
# what they recommend.
set -euo pipefail

dir=${2:?usage: s3_swift.sh start DIR PORT | stop DIR}
filters='catch_errors gatekeeper cache listing_formats s3api tempauth copy slo dlo versioned_writes symlink'

halt() {
  local pid
  for pid in "$dir"/pids/*; do
    [ -e "$pid" ] || continue
    kill "$(cat "$pid")" 2> /dev/null || true
    rm -f "$pid"
  done
}

daemon() {
  local name=$1
  shift
  SWIFT_DIR="$dir/etc" setsid "$@" > "logs/$name" 2>&1 < /dev/null &
  echo $! > "pids/$name"
}

free_port() { /usr/bin/python3 -c 'import socket as s; x = s.socket(); x.bind(("127.0.0.1", 0)); print(x.getsockname()[1])'; }

common() { # PORT: what heads every server's configuration
  printf '[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = %s\nworkers = 0\nuser = %s\nswift_dir = %s/etc\n' \
    "$1" "$(id -un)" "$dir"
}

raise_server() { # account, container or object
  local kind=$1 port
  port=$(free_port)
  {
    common "$port"
    printf 'devices = %s/disks\nmount_check = false\ndisable_fallocate = true\nrecon_cache_path = %s/run\n' "$dir" "$dir"
    printf '[pipeline:main]\npipeline = %s-server\n[app:%s-server]\nuse = egg:swift#%s\n' "$kind" "$kind" "$kind"
  } > "etc/$kind.conf"
  {
    swift-ring-builder "etc/$kind.builder" create 4 1 1
    swift-ring-builder "etc/$kind.builder" add "r1z1-127.0.0.1:$port/one" 1
    swift-ring-builder "etc/$kind.builder" rebalance
  } > "logs/$kind.ring" 2>&1
  daemon "$kind" "swift-$kind-server" "etc/$kind.conf"
}

filter() {
  local egg=$1
  case $1 in cache) egg=memcache ;; esac
  printf '[filter:%s]\nuse = egg:swift#%s\n' "$1" "$egg"
  case $1 in
  cache) echo "memcache_servers = 127.0.0.1:$memcached" ;;
  s3api) echo 'location = us-east-1' ;;
  tempauth) echo 'user_test_owner = SKTEST .admin' ;;
  versioned_writes) echo 'allow_versioned_writes = true' ;;
  esac
}

raise_proxy() {
  {
    common "$1"
    printf '[pipeline:main]\npipeline = %s proxy-server\n' "$filters"
    printf '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n'
    for name in $filters; do filter "$name"; done
  } > etc/proxy.conf
  daemon proxy swift-proxy-server etc/proxy.conf
}

case $1 in
start)
  port=${3:?the port}
  mkdir "$dir" 2> /dev/null || [ -z "$(ls -A "$dir")" ] || { echo "$dir is not empty" >&2; exit 2; }
  dir=$(realpath "$dir")
  cd "$dir"
  mkdir -p pids logs run etc disks/one
  trap 'echo "failed; see $dir/logs" >&2; halt' ERR
  printf '[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n' > etc/swift.conf
  memcached=$(free_port)
  daemon memcached memcached -u nobody -l 127.0.0.1 -p "$memcached" -m 32
  for kind in account container object; do raise_server "$kind"; done
  raise_proxy "$port"
  for _ in $(seq 120); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then exit 0; fi
    sleep 0.5
  done
  echo "did not start; see $dir/logs" >&2
  halt
  exit 1
  ;;
stop) halt ;;
*) echo "usage: s3_swift.sh start DIR PORT | stop DIR" >&2; exit 2 ;;
esac
