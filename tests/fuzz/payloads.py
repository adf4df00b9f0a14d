"""Hostile contents for fuzzed events. Texts contain MARK, so that a leak shows."""

from random import Random

import orjson

MARK = "zq7xk"
"""Stands in no message of the pipeline's own: whoever repeats it repeats content."""

SQL = (
    f"'; DROP TABLE ioc.rejects; -- {MARK}",
    f"{MARK}' OR 1=1 --",
    f"\\'); INSERT INTO events_traffic VALUES ('{MARK}",
    f"{{x:String}} {MARK} FORMAT JSON",
    f"`{MARK}` UNION ALL SELECT * FROM system.users",
    f"{MARK}\nFORMAT JSONEachRow\n{{}}",
)
TEXTS = (
    *SQL,
    "",
    MARK,
    f"{MARK}\x00{MARK}",
    f"{MARK}\u202e\ufeff\u2028\x7f\x1b[31m",
    f"=cmd|'/c calc'!A1 {MARK}",
    f"<script>{MARK}</script>",
    MARK * 30,
    f"{MARK}é𝄞" * 5,
    "2026-11-20T03:00:00Z",
    "1795143600",
    "1795143600.5",
    "1e9",
    "nan",
    "999",
    "../../etc/passwd",
)
NUMBERS = (
    *(b"0", b"-0", b"-1", b"1", b"0.1", b"1e5", b"1E+2", b"1.0", b"-0.0", b"60.0", b"60"),
    *(b"1e308", b"1e309", b"-1e400", b"1e-400", b"5e-324", b"9007199254740993"),
    *(b"9223372036854775807", b"9223372036854775808", b"18446744073709551616", b"-9" * 2),
    *(b"9" * 40, b"9" * 400, b"0." + b"3" * 400, b"1" + b"0" * 4_400, b"01", b"+1", b"1.", b".5"),
    *(b"0x10", b"1_000", b"NaN", b"Infinity", b"-Infinity", b"nan", b"inf"),
)
OTHERS = (
    *(b"null", b"true", b"false", b"[]", b"{}", b'""', b"[[]]", b'{"a":1}', b"[1,2]", b"undefined"),
    *(b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\ud834\\udd1e"', b'"\\u0000"', b'"\\x41"', b'"\\'),
    *(b'"\xff\xfe"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"a\nb"', b'"a\tb"'),
    b"[" * 300 + b"]" * 300,
    b'{"a":' * 200 + b"1" + b"}" * 200,
    b"[" * 5_000,
    b'"' + b"A" * 70_000 + b'"',
)
CUTS = (
    b"",
    b"\n",
    b",",
    b"]",
    b"[",
    b"}",
    b"{",
    b'"',
    b"\\",
    b"\x00",
    b"\xff",
    b"},\n{",
    b"],[",
    b":",
)
TIMES_MS = (0, -1, -(2**62), 2**62, 253_402_300_800_000, 1, 4_102_444_800_000)
"""Timestamps of records, which a producer is free to choose."""


def number(random: Random) -> bytes:
    """A number as text, whether JSON allows it or not."""
    return random.choice(NUMBERS)


def grammar(random: Random, depth: int = 0) -> bytes:
    """JSON made by its grammar, of any type."""
    kind = random.random()
    if depth > 6 or kind < 0.45:
        return random.choice((random.choice(NUMBERS), random.choice(OTHERS[:8]), text(random)))
    count = random.randrange(4)
    if kind < 0.7:
        return b"[" + b",".join(grammar(random, depth + 1) for _ in range(count)) + b"]"
    pairs = (text(random) + b":" + grammar(random, depth + 1) for _ in range(count))
    return b"{" + b",".join(pairs) + b"}"


def text(random: Random) -> bytes:
    """A JSON string."""
    return orjson.dumps(random.choice(TEXTS))
