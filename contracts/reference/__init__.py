"""The province's reference data, read from files: units, agencies, schools, systems and more."""
