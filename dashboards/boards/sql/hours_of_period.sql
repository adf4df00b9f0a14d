if('${period}' = '24h', ${horizon}, greatest(60, dateDiff('second', {begin_of_period}, $__toTime))) / 3600
