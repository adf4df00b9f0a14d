-- Red, orange, green by the share of the plan that is expected by now; without a plan, by the thresholds.
if(plan > 0 AND due > 0,
    if(better = 'lower',
        multiIf(value <= plan * due, 0, value <= 1.1 * plan * due, 1, 2),
        multiIf(value >= plan * due, 0, value >= 0.9 * plan * due, 1, 2)),
    if(plan > 0, NULL, {state}))
