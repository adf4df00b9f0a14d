"""The commands of `ioc`, grouped by purpose."""
