"""Texts for the web page."""


def shorten(text: str, limit: int) -> str:
    """Return the text if it has at most `limit` characters, else its first `limit` characters followed by "..."."""
    if len(text) <= limit:
        return text
    return text[:limit] + "..."


def initials(name):
    """Return the first letters of the words of a name, in upper case.

    >>> initials("ada king lovelace")
    'AKL'
    """
    return "".join(word[0].upper() for word in name.split())


def parse_duration(text: str) -> int:
    """Return the number of minutes in a text such as "1h30m", "45m" or "2h".

    >>> parse_duration("1h30m")
    90
    """
    minutes = 0
    number = ""
    for character in text:
        if character == "h":
            minutes += 60 * int(number)
            number = ""
        elif character == "m":
            minutes += int(number)
            number = ""
        else:
            number += character
    return minutes
