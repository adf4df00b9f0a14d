"""Compares published figures of the province with those that the pipeline computes."""
