#!/bin/sh
# Makes the passwords of docker-compose.yml, once: what exists is never overwritten.
#   deploy/make-secrets.sh [FOLDER]     the default is secrets/ beside docker-compose.yml
# The folder admits its owner only. The files in it are readable, because Compose mounts each file as
# it is and the processes in the containers are neither root nor the owner.
set -eu
folder=${1:-$(dirname "$0")/../secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"
[ -e "$folder/.gitignore" ] || echo '*' >"$folder/.gitignore"

for name in ioc_clickhouse_owner_password ioc_clickhouse_password \
    ioc_clickhouse_reader_password grafana_admin_password grafana_secret_key; do
    file=$folder/$name
    if [ -s "$file" ]; then
        echo "kept $file"
    elif [ -e "$file" ]; then
        echo "$file is empty or not a file: remove it and run this again" >&2
        exit 1
    else
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file.new"
        chmod 444 "$file.new"
        mv "$file.new" "$file" # in one step: an interrupted run leaves no half password
        echo "made $file"
    fi
done
