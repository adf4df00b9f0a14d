transform({grain}, ['hour', 'day'], [3600, 86400], 31 * 86400)
