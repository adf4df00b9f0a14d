-- How many systems of each platform are connected or on trial, of all, as the publication counts them.
SELECT
    {tiles}
FROM
(
    {connections}
)
