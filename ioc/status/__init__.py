"""How the pipeline stands: lag, freshness, figures, last audits."""
