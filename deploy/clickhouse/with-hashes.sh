#!/bin/sh
# Runs the given command with the hashes that users.d/ioc.xml asks for. ClickHouse reads no secret
# files itself; this way the passwords stay in theirs and never enter an environment.
set -eu
folder=${IOC_SECRETS_DIR:-/run/secrets}

hash_of() {
    if [ ! -s "$folder/$1" ]; then
        echo "secret $folder/$1 is missing or empty: run deploy/make-secrets.sh" >&2
        exit 1
    fi
    # Through $(…), which drops a line break at the end as every other reader of the file does.
    printf %s "$(cat "$folder/$1")" | sha256sum | cut -d ' ' -f 1
}

IOC_OWNER_SHA256=$(hash_of ioc_clickhouse_owner_password)
IOC_WRITER_SHA256=$(hash_of ioc_clickhouse_password)
IOC_READER_SHA256=$(hash_of ioc_clickhouse_reader_password)
export IOC_OWNER_SHA256 IOC_WRITER_SHA256 IOC_READER_SHA256
exec "$@"
