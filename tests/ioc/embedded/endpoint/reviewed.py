"""What the engine offers and a reader may not use, all of it reviewed; and what it writes.

A name that a new engine brings is neither here nor in `reader_access`: the tests fail until
somebody has reviewed it.
"""

# Files, other machines, models, dictionaries; others' work; this machine; the engine's inside.
FUNCTIONS = """
    __actionName __applyFilter __bitBoolMaskAnd __bitBoolMaskOr __bitSwapLastTwo
    __bitWrapperFunc __getScalar __groupingForCube __groupingForGroupingSets __groupingForRollup
    __groupingOrdinary __patchPartitionID __scalarSubqueryResult __toYearCalendarOnly
    addressToLine addressToLineWithInlines addressToSymbol aggThrow AIClassify aiClassify
    AIEmbed aiEmbed AIExtract aiExtract AIFilter aiFilter AIGenerate aiGenerate AIRedact
    aiRedact AISimilarity aiSimilarity AITranslate aiTranslate buildId currentHandler
    currentRequestURL demangle dictGet dictGetAll dictGetChildren dictGetDate
    dictGetDateOrDefault dictGetDateTime dictGetDateTimeOrDefault dictGetDescendants
    dictGetFloat32 dictGetFloat32OrDefault dictGetFloat64 dictGetFloat64OrDefault
    dictGetHierarchy dictGetInt16 dictGetInt16OrDefault dictGetInt32 dictGetInt32OrDefault
    dictGetInt64 dictGetInt64OrDefault dictGetInt8 dictGetInt8OrDefault dictGetIPv4
    dictGetIPv4OrDefault dictGetIPv6 dictGetIPv6OrDefault dictGetKeys dictGetOrDefault
    dictGetOrNull dictGetRoot dictGetString dictGetStringOrDefault dictGetUInt16
    dictGetUInt16OrDefault dictGetUInt32 dictGetUInt32OrDefault dictGetUInt64
    dictGetUInt64OrDefault dictGetUInt8 dictGetUInt8OrDefault dictGetUUID dictGetUUIDOrDefault
    dictHas dictIsIn evalMLMethod file filesystemAvailable filesystemCapacity
    filesystemUnreserved flameGraph generateSerialID getClientHTTPHeader getMacro
    getMaxTableNameLengthForDatabase getMergeTreeSetting getOSKernelVersion getServerPort
    getServerSetting globalVariable hasColumnInTable hasThreadFuzzer joinGet joinGetOrNull
    logTrace naiveBayesClassifier naiveBayesClassifierWithAllProbs naiveBayesClassifierWithProb
    naiveBayesNgrams regionHierarchy regionIn regionToArea regionToCity regionToContinent
    regionToCountry regionToDistrict regionToName regionToPopulation regionToTopContinent
    runningConcurrency serverUUID showCertificate tcpPort tid timeSeriesStoreTags transactionID
    transactionLatestSnapshot transactionOldestSnapshot zookeeperSessionUptime
"""

# Sources outside of the tables; parts of tables below the rights of columns.
TABLE_FUNCTIONS = """
    SQLStandardValues arrowstream azureBlobStorage azureBlobStorageCluster bigquery cluster
    clusterAllReplicas cosn deltaLake deltaLakeAzure deltaLakeAzureCluster deltaLakeCluster
    deltaLakeLocal deltaLakeS3 deltaLakeS3Cluster dictionary eval executable file fileCluster
    filesystem format fuzzJSON fuzzQuery gcs generateSeries generate_series hdfs hdfsCluster
    hudi hudiCluster iceberg icebergAzure icebergAzureCluster icebergCluster icebergHDFS
    icebergHDFSCluster icebergLocal icebergLocalCluster icebergS3 icebergS3Cluster input jdbc
    loop merge mergeTreeAnalyzeIndexes mergeTreeAnalyzeIndexesUUID mergeTreeCodecBlockCounts
    mergeTreeIndex mergeTreeProjection mergeTreeTextIndex mongodb mysql odbc oss paimon
    paimonAzure paimonAzureCluster paimonCluster paimonHDFS paimonHDFSCluster paimonLocal
    paimonS3 paimonS3Cluster postgresql primes prometheusQuery prometheusQueryRange python redis
    remote remoteSecure s3 s3Cluster sqlite timeSeriesData timeSeriesMetricFamilies
    timeSeriesMetrics timeSeriesSamples timeSeriesSelector timeSeriesTags url urlCluster
    viewExplain viewIfPermitted ytsaurus zeros zeros_mt
"""

# Of this machine, of other users and their work, of rights.
SYSTEM_TABLES = """
    asynchronous_inserts asynchronous_loader azure_queue_metadata azure_queue_metadata_cache
    azure_queue_settings background_schedule_pool backups build_options certificates clusters
    codecs completions constraints dashboards data_skipping_index_types database_engines
    database_replicas detached_parts detached_tables dictionary_layouts dictionary_sources
    dimensional_metrics disk_types disks distributed_ddl_queue distribution_queue dns_cache
    documentation dropped_tables dropped_tables_parts errors events fail_points filesystem_cache
    filesystem_cache_settings grants graphite_retentions handlers histogram_metrics
    hypothetical_indexes hypothetical_projections iceberg_files iceberg_history
    jemalloc_arena_bins jemalloc_bins jemalloc_profile_text jemalloc_sampled_allocations
    jemalloc_stats kafka_consumers macros masking_policies merge_tree_settings merges metrics
    moves mutations named_collections part_moves_between_shards parts parts_columns primes
    privileges processes projection_parts projection_parts_columns query_cache
    query_condition_cache quota_limits quota_usage quotas quotas_usage remote_data_paths
    replicas replicated_fetches replicated_merge_tree_settings replication_queue resources
    rocksdb role_grants roles row_policies s3_queue_metadata s3_queue_settings
    s3queue_metadata_cache scheduler schema_inference_cache server_settings session_query_ids
    settings_changes settings_profile_elements settings_profiles stack_trace statements
    storage_policies symbols tokenizers unicode user_defined_functions user_directories
    user_processes user_query_log users view_refreshes warnings workloads zeros zeros_mt
"""

# Everything that the engine writes, reviewed for files and templates.
FORMATS = """
    Arrow ArrowStream Avro AvroConfluent BSONEachRow Buffers CSV CSVWithNames
    CSVWithNamesAndTypes CustomSeparated CustomSeparatedWithNames
    CustomSeparatedWithNamesAndTypes GeoJSON Hash HiveText JSON JSONColumns
    JSONColumnsWithMetadata JSONCompact JSONCompactColumns JSONCompactEachRow
    JSONCompactEachRowWithNames JSONCompactEachRowWithNamesAndTypes
    JSONCompactEachRowWithProgress JSONCompactStrings JSONCompactStringsEachRow
    JSONCompactStringsEachRowWithNames JSONCompactStringsEachRowWithNamesAndTypes
    JSONCompactStringsEachRowWithProgress JSONEachRow JSONEachRowWithProgress JSONL JSONLines
    JSONObjectEachRow JSONStrings JSONStringsEachRow JSONStringsEachRowWithProgress LineAsString
    LineAsStringWithNames LineAsStringWithNamesAndTypes MD Markdown MsgPack MySQLWire NDJSON
    Native Npy Null ODBCDriver2 ORC PNG Parquet PostgreSQLWire Pretty PrettyCompact
    PrettyCompactMonoBlock PrettyCompactNoEscapes PrettyCompactNoEscapesMonoBlock
    PrettyJSONEachRow PrettyJSONLines PrettyMonoBlock PrettyNDJSON PrettyNoEscapes
    PrettyNoEscapesMonoBlock PrettySpace PrettySpaceMonoBlock PrettySpaceNoEscapes
    PrettySpaceNoEscapesMonoBlock Prometheus Protobuf ProtobufList ProtobufSingle Raw RawBLOB
    RawWithNames RawWithNamesAndTypes RowBinary RowBinaryWithNames RowBinaryWithNamesAndTypes
    SQLInsert TSKV TSV TSVRaw TSVRawWithNames TSVRawWithNamesAndTypes TSVWithNames
    TSVWithNamesAndTypes TabSeparated TabSeparatedRaw TabSeparatedRawWithNames
    TabSeparatedRawWithNamesAndTypes TabSeparatedWithNames TabSeparatedWithNamesAndTypes
    Template Values Vertical XML
"""

# What it reads and does not write: of a table that a reader sends along.
INPUT_FORMATS = """
    CustomSeparatedIgnoreSpaces CustomSeparatedIgnoreSpacesWithNames
    CustomSeparatedIgnoreSpacesWithNamesAndTypes DWARF Form JSONAsObject JSONAsString MySQLDump
    One ParquetMetadata Puffin PuffinMetadata Regexp RowBinaryWithDefaults
    RowBinaryWithNamesAndTypesAndDefaults TemplateIgnoreSpaces
"""

# Statements according to the engine's documentation, without clauses.
STATEMENTS = (
    "ALTER",
    "ATTACH",
    "CHECK DATABASE",
    "CHECK GRANT",
    "CHECK TABLE",
    "CREATE",
    "DELETE",
    "DESCRIBE TABLE",
    "DETACH",
    "DROP",
    "EXCHANGE",
    "EXECUTE AS",
    "EXISTS",
    "EXPLAIN",
    "GRANT",
    "HYPOTHETICAL INDEX",
    "HYPOTHETICAL PROJECTION",
    "IN",
    "INSERT INTO",
    "KILL",
    "MOVE",
    "ON CLUSTER",
    "OPTIMIZE",
    "PARALLEL WITH",
    "RENAME",
    "REVOKE",
    "SELECT",
    "SET",
    "SET ROLE",
    "SHOW",
    "SYSTEM",
    "TRUNCATE",
    "UNDROP",
    "UPDATE",
    "USE",
)
