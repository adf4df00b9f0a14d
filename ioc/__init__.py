"""The ioc command and the embedded stack."""
