"""What the province has, read from files: units, agencies, schools, systems, published figures."""
