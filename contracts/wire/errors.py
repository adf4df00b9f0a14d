"""What is wrong with the bytes of a record batch."""


class FormError(ValueError):
    """Bytes are not as Kafka's format asks; the sentence never repeats them."""
