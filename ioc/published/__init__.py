"""Figures that the province has published, beside those that the pipeline computes."""
