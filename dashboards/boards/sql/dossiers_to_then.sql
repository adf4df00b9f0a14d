rollups FINAL
WHERE grain = 'day' AND feed = '{feed}' AND period >= {since} AND period < {until}
