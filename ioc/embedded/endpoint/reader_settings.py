"""The settings that a reader may send.

Each was reviewed: it changes how a result is written or how long a query may take, and names no
file, host or buffer size. Everything else is refused, including new settings of a new engine.
For example, `output_format_schema` is a file that the engine writes.
"""

import os

# Upper bounds (seconds, rows, bytes): a reader may set less, never more. They equal those of a
# server (deploy/clickhouse/users.d), so that what works here works there.
LIMITS = {
    "max_threads": float(os.cpu_count() or 1),
    "max_execution_time": 120.0,
    "max_rows_to_read": 2e9,
    "max_result_rows": 1_000_000.0,
    "max_result_bytes": 2.0**31,
    "max_memory_usage": 2e9,
}
DEFAULTS = {**LIMITS, "max_execution_time": 60.0}

# clickhouse-connect, the drivers of Go, Java and Node, and Grafana send these unasked. The last two
# concern inserts only.
_CONNECTION = """
    cancel_http_readonly_queries_on_client_close connect_timeout enable_http_compression
    http_connection_timeout http_headers_progress_interval_ms http_receive_timeout
    http_response_buffer_size http_send_timeout http_write_exception_in_output_format
    http_zlib_compression_level receive_timeout send_progress_in_http_headers send_timeout
    async_insert wait_for_async_insert
"""

_QUERY = """
    extremes join_use_nulls log_comment max_block_size max_bytes_to_read
    session_timezone
"""

_TEXT = """
    bool_false_representation bool_true_representation date_time_output_format
    output_format_always_write_decimal_point_in_float_and_decimal
    output_format_decimal_trailing_zeros output_format_float_precision
    output_format_trim_fixed_string output_format_write_statistics
    output_format_parallel_formatting
"""

_CSV_TSV = """
    format_csv_delimiter format_csv_null_representation format_tsv_null_representation
    output_format_csv_crlf_end_of_line
    output_format_csv_header_serialize_tuple_into_separate_columns
    output_format_csv_serialize_tuple_into_separate_columns output_format_tsv_crlf_end_of_line
"""

_JSON = """
    output_format_json_array_of_rows output_format_json_escape_forward_slashes
    output_format_json_map_as_array_of_tuples output_format_json_named_tuples_as_objects
    output_format_json_pretty_print output_format_json_quote_64bit_floats
    output_format_json_quote_64bit_integers output_format_json_quote_decimals
    output_format_json_quote_denormals output_format_json_skip_null_value_in_named_tuples
    output_format_json_validate_utf8
"""

_SHOWN = """
    output_format_markdown_escape_special_characters output_format_pretty_color
    output_format_pretty_display_footer_column_names
    output_format_pretty_display_footer_column_names_min_rows
    output_format_pretty_fallback_to_vertical
    output_format_pretty_fallback_to_vertical_max_rows_per_chunk
    output_format_pretty_fallback_to_vertical_min_columns
    output_format_pretty_fallback_to_vertical_min_table_width
    output_format_pretty_grid_charset output_format_pretty_highlight_digit_groups
    output_format_pretty_highlight_trailing_spaces
    output_format_pretty_max_column_name_width_cut_to
    output_format_pretty_max_column_name_width_min_chars_to_cut
    output_format_pretty_max_column_pad_width output_format_pretty_max_rows
    output_format_pretty_max_value_width
    output_format_pretty_max_value_width_apply_for_single_value
    output_format_pretty_multiline_fields output_format_pretty_named_tuples_as_json
    output_format_pretty_row_numbers output_format_pretty_single_large_number_tip_threshold
    output_format_pretty_use_nbsp_for_padding
    output_format_sql_insert_include_column_names output_format_sql_insert_quote_names
    output_format_sql_insert_table_name output_format_sql_insert_use_replace
    output_format_values_escape_quote_with_quote
"""

_BINARY = """
    output_format_arrow_compression_method output_format_arrow_date_as_uint16
    output_format_arrow_fixed_string_as_fixed_byte_array
    output_format_arrow_low_cardinality_as_dictionary output_format_arrow_string_as_string
    output_format_arrow_unsupported_types_as_binary
    output_format_arrow_use_64_bit_indexes_for_dictionary
    output_format_arrow_use_signed_indexes_for_dictionary
    output_format_arrow_uuid_as_fixed_byte_array output_format_arrow_variant_as_string
    output_format_avro_codec
    output_format_binary_encode_types_in_binary_format output_format_binary_write_json_as_string
    output_format_bson_string_as_string output_format_msgpack_uuid_representation
    output_format_native_encode_types_in_binary_format
    output_format_native_use_flattened_dynamic_and_json_serialization
    output_format_native_write_json_as_string
    output_format_orc_compression_method output_format_orc_string_as_string
    output_format_orc_writer_time_zone_name
    output_format_parquet_compression_method output_format_parquet_date_as_uint16
    output_format_parquet_datetime_as_uint32 output_format_parquet_enum_as_byte_array
    output_format_parquet_fixed_string_as_fixed_byte_array
    output_format_parquet_string_as_string output_format_parquet_version
    output_format_parquet_wide_integer_as_decimal
    output_format_protobuf_nullables_with_google_wrappers
"""

HARMLESS = frozenset(
    " ".join((_CONNECTION, _QUERY, _TEXT, _CSV_TSV, _JSON, _SHOWN, _BINARY)).split()
)
