-- The newest instant (ms since 1970) of any of the province's figures of these indicators; 0: none.
SELECT toUnixTimestamp64Milli(max(as_of))
FROM indicator_latest
WHERE has({indicators}, toString(indicator)) AND district IN (SELECT code FROM units WHERE kind = 'province')
