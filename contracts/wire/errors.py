"""Errors in the bytes of a record batch."""


class FormError(ValueError):
    """The bytes break Kafka's format; the sentence never repeats them."""
