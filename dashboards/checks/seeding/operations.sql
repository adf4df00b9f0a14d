INSERT INTO operations (at, kind, part, detail)
SELECT toDateTime64({until:UInt32} - 7200 * number, 3, 'UTC'), ['start', 'schema', 'deployment'][1 + number % 3],
    ['sink', 'schema', 'dashboards'][1 + number % 3], 'bản thử'
FROM numbers(greatest(1, intDiv({minutes:UInt32}, 120)))
