"""Faust workers: check every event, fold it into panes, emit rolling indicators."""
