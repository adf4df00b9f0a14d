CREATE DATABASE IF NOT EXISTS {database} COMMENT 'Streaming pipeline of the Intelligent Operations Centre';
