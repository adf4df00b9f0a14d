INSERT INTO operations (at, kind, part, detail)
SELECT toDateTime64({until:UInt32} - 7200 * number, 3, 'UTC'),
    ['start', 'schema', 'deployment', 'resumed', 'parked'][1 + number % 5],
    ['sink', 'schema', 'dashboards', 'panes', 'panes'][1 + number % 5], 'bản thử'
FROM numbers(greatest(5, intDiv({minutes:UInt32}, 120)))
