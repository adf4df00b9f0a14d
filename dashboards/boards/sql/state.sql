multiIf(
    value IS NULL OR good IS NULL, NULL,
    better = 'higher', multiIf(value >= good, 0, value >= warn, 1, 2),
    multiIf(value <= good, 0, value <= warn, 1, 2))
