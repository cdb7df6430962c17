"""The words, names and numbers that the generated programs work on."""

from random import Random


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _split(
    """
    apple banana cherry lemon orange grape melon peach mango olive tomato carrot onion garlic
    river stone cloud forest garden valley mountain island desert ocean harbor meadow canyon
    window table chair bottle pencil paper letter number mirror ladder basket blanket candle
    silver golden yellow purple green blue red black white copper crystal velvet marble
    planet rocket engine bridge castle market station tunnel tower village temple palace museum
    winter summer spring autumn monday friday sunday morning evening
    coffee butter pepper sugar bread cheese honey cookie pancake biscuit
    tiger panda rabbit monkey turtle dolphin eagle falcon camel donkey lizard penguin spider
    violin guitar piano drum trumpet music dance school teacher doctor sailor farmer writer
    painter baker pilot singer driver
    hello world small large quick happy quiet brave light dark north south east west
    """
)

NAMES = _split(
    """
    Ana Ben Carla David Elena Frank Grace Hugo Iris Jonas Kira Liam Mona Nora Oscar Paula Quinn
    Rosa Sam Tina Umar Vera Will Zoe
    """
)

FIELDS = ("age", "city", "color", "country", "job", "level", "pet", "score", "sport", "team")
NUMBER_FIELDS = frozenset({"age", "level", "score"})

_CONSONANTS = _split("b c d f g h j k l m n p r s t v w z br tr st pl cr gr sh ch")
_VOWELS = tuple("aeiou")
_ENDINGS = ("", "n", "r", "s", "t", "l")


def made_up_word(random: Random) -> str:
    """A pronounceable word of two or three syllables that is in no dictionary."""
    syllables = random.randint(2, 3)
    body = "".join(random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(syllables))
    return body + random.choice(_ENDINGS)


def word(random: Random) -> str:
    """A common word, or in one case out of four a made-up one."""
    return random.choice(WORDS) if random.random() < 0.75 else made_up_word(random)


def phrase(random: Random, shortest: int, longest: int) -> str:
    """Words with single spaces between them."""
    return " ".join(word(random) for _ in range(random.randint(shortest, longest)))


def words(random: Random, shortest: int, longest: int) -> list[str]:
    """A list of different words."""
    count = random.randint(shortest, longest)
    chosen: list[str] = []
    while len(chosen) < count:
        candidate = word(random)
        if candidate not in chosen:
            chosen.append(candidate)
    return chosen


def numbers(random: Random, shortest: int, longest: int, low: int, high: int) -> list[int]:
    """Whole numbers between ``low`` and ``high``, both included."""
    return [random.randint(low, high) for _ in range(random.randint(shortest, longest))]


def text_literal(text: str) -> str:
    """The text in double quotes, the same in Python and JavaScript."""
    return f'"{text}"'


def list_literal(values: list[int] | list[str]) -> str:
    """The list in brackets, the same in Python and JavaScript."""
    parts = [text_literal(value) if isinstance(value, str) else str(value) for value in values]
    return "[" + ", ".join(parts) + "]"
