"""The commands of `ioc`, by what they are for."""
