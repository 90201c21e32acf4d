"""What is in stock."""


class Inventory:
    """Counts pieces of each article."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {}

    def add(self, article: str, count: int) -> None:
        """Put `count` pieces of an article into stock. `count` is not negative."""
        if count < 0:
            raise ValueError("count must not be negative")
        self.stock[article] = self.stock.get(article, 0) + count

    def remove(self, article: str, count: int) -> None:
        """Take `count` pieces of an article out of stock.

        Raises ValueError if there are fewer than that.
        """
        if self.available(article) < count:
            raise ValueError("not enough in stock")
        self.stock[article] = self.available(article) - count

    def available(self, article: str) -> int:
        """Return how many pieces of an article are in stock."""
        return self.stock.get(article, 0)
