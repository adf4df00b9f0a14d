// What a user of clickhouse-go over HTTP sees, a line a check, with each of its compressions.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

var methods = []struct {
	name   string
	method clickhouse.CompressionMethod
}{
	{"none", clickhouse.CompressionNone},
	{"lz4", clickhouse.CompressionLZ4},
	{"zstd", clickhouse.CompressionZSTD},
	{"gzip", clickhouse.CompressionGZIP},
	{"deflate", clickhouse.CompressionDeflate},
}

func main() {
	for _, each := range methods {
		connection, err := clickhouse.Open(&clickhouse.Options{
			Addr:        []string{"127.0.0.1:" + os.Args[1]},
			Auth:        clickhouse.Auth{Database: "default", Username: os.Args[2], Password: os.Args[3]},
			Protocol:    clickhouse.HTTP,
			Compression: &clickhouse.Compression{Method: each.method, Level: 3},
		})
		must(err)
		check(connection, each.name)
		must(connection.Close())
	}
}

func check(connection driver.Conn, name string) {
	ctx := context.Background()
	table := "go_" + name
	must(connection.Exec(ctx, "CREATE TABLE "+table+" (n UInt32, s String) ENGINE = MergeTree ORDER BY n"))
	batch, err := connection.PrepareBatch(ctx, "INSERT INTO "+table)
	must(err)
	for n := 0; n < 10000; n++ {
		must(batch.Append(uint32(n), fmt.Sprintf("dòng %d", n)))
	}
	must(batch.Send())
	var sum uint64
	var last string
	must(connection.QueryRow(ctx, "SELECT sum(n), max(s) FROM "+table).Scan(&sum, &last))
	fmt.Println(name, "stored", sum, last)
	fmt.Println(name, "streamed", total(connection))
	fmt.Println(name, "error", failure(connection, "SELECT nope"))
	fmt.Println(name, "late", failure(connection, "SELECT number, throwIf(number = 900000) FROM numbers(1000000)"))
	var day time.Time
	sql := "SELECT toStartOfDay(toDateTime('2026-11-20 10:00:00', 'Asia/Ho_Chi_Minh'))"
	must(connection.QueryRow(ctx, sql).Scan(&day))
	fmt.Println(name, "day", day.Format(time.RFC3339))
	empty, err := connection.Query(ctx, "SELECT n, s FROM "+table+" WHERE 0")
	must(err)
	fmt.Println(name, "columns", strings.Join(empty.Columns(), ""))
	must(empty.Close())
}

func total(connection driver.Conn) (total uint64) {
	rows, err := connection.Query(context.Background(), "SELECT number FROM numbers(300000)")
	must(err)
	for rows.Next() {
		var number uint64
		must(rows.Scan(&number))
		total += number
	}
	must(rows.Err())
	return total
}

func failure(connection driver.Conn, sql string) string {
	rows, err := connection.Query(context.Background(), sql)
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
	}
	return strings.ReplaceAll(fmt.Sprint(err), "\n", " ")
}

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}
