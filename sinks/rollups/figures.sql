INSERT INTO period_figures (grain, indicator, unit, period, first, numerator, denominator, value, bins, members, version)
{rows}
