"""The pipeline's status: lag, freshness, figures, last audits."""
