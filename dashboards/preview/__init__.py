"""The preview: a web page that draws the dashboard JSON that Grafana is provisioned with.

Its pure parts (reading the JSON, frames, values, drawings) know nothing of NiceGUI or ClickHouse.
"""
