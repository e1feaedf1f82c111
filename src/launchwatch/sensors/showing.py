"""Show in an error what came: one printable line of bounded length, whatever it was."""

from typing import Any


def shown(value: Any, longest: int = 60) -> str:
    """Show a value that was decoded from JSON, quoted where it is text."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    try:
        # Slicing first keeps the cost of a text of megabytes small.
        text = repr(value[: longest + 1]) if isinstance(value, str) else repr(value)
    except ValueError:  # Python refuses to write integers of more than 4,300 digits
        return "a number of thousands of digits"
    return cut(text, longest)


def cut(text: str, longest: int) -> str:
    """Cut a text to a length and escape what cannot be printed on one line."""
    text = text[: longest + 1]
    if not text.isprintable():
        text = repr(text)[1:-1]
    return text if len(text) <= longest else text[: longest - 1] + "…"
