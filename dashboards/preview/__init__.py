"""The preview: a web page that draws the JSON dashboards provisioned to Grafana.

Its pure parts (the JSON, frames, values, drawings) use neither NiceGUI nor ClickHouse.
"""
