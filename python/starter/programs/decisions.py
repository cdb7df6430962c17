"""Programs that choose: FizzBuzz, a limit that is reached or missed."""

from random import Random

from starter.family import Family
from starter.vocabulary import text_literal

_OUTCOMES = (
    ("pass", "fail"),
    ("open", "closed"),
    ("yes", "no"),
    ("hot", "cold"),
    ("high", "low"),
    ("rich", "poor"),
    ("full", "empty"),
    ("fast", "slow"),
)


def _fizzbuzz(random: Random) -> dict[str, str]:
    start = random.randint(1, 30)
    return {"start": str(start), "end": str(start + random.randint(5, 20))}


def _limit(random: Random) -> dict[str, str]:
    reached, missed = random.choice(_OUTCOMES)
    return {
        "value": str(random.randint(1, 99)),
        "limit": str(random.randint(1, 99)),
        "reached": text_literal(reached),
        "missed": text_literal(missed),
    }


FIZZBUZZ = Family(
    name="fizzbuzz",
    category="fundamentals",
    draw=_fizzbuzz,
    phrasings=(
        "fizzbuzz from <start> to <end>",
        "fizzbuzz from <start> up to <end>",
        "the fizzbuzz numbers from <start> to <end>",
        "the numbers from <start> to <end> with fizzbuzz rules",
        "fizzbuzz for all numbers from <start> to <end>",
        "fizzbuzz starting at <start> and ending at <end>",
        "the fizzbuzz game between <start> and <end>",
    ),
    held_out_phrasings=(
        "fizzbuzz for the numbers from <start> up to <end>",
        "the fizzbuzz game from <start> to <end>",
        "fizzbuzz between <start> and <end>",
    ),
    python={
        "ternary": """\
for i in range(<start>, <end> + 1):
    s = ("Fizz" if i % 3 == 0 else "") + ("Buzz" if i % 5 == 0 else "")
    print(s or i)""",
        "if_statement": """\
for i in range(<start>, <end> + 1):
    if i % 15 == 0:
        print("FizzBuzz")
    elif i % 3 == 0:
        print("Fizz")
    elif i % 5 == 0:
        print("Buzz")
    else:
        print(i)""",
    },
    javascript={
        "ternary": """\
for (let i = <start>; i <= <end>; i++) {
  const s = (i % 3 === 0 ? "Fizz" : "") + (i % 5 === 0 ? "Buzz" : "");
  console.log(s || i);
}""",
        "if_statement": """\
for (let i = <start>; i <= <end>; i++) {
  if (i % 15 === 0) console.log("FizzBuzz");
  else if (i % 3 === 0) console.log("Fizz");
  else if (i % 5 === 0) console.log("Buzz");
  else console.log(i);
}""",
    },
)

LIMIT = Family(
    name="limit",
    category="applications",
    draw=_limit,
    phrasings=(
        "<reached> if <value> is at least <limit> and <missed> otherwise",
        "<reached> if the value <value> is at least <limit> and <missed> if not",
        "<reached> when <value> is at least <limit> and <missed> otherwise",
        "<reached> if the score <value> is at least <limit> and <missed> otherwise",
        "<reached> or <missed> depending on whether <value> is at least <limit>",
        "<reached> when the number <value> is at least <limit> and <missed> if not",
    ),
    held_out_phrasings=(
        "<reached> if the number <value> is at least <limit> and <missed> otherwise",
        "<reached> when the score <value> is at least <limit> and <missed> if not",
        "<reached> or <missed> depending on whether the value <value> is at least <limit>",
    ),
    python={
        "ternary": """\
value = <value>
print(<reached> if value >= <limit> else <missed>)""",
        "if_statement": """\
value = <value>
if value >= <limit>:
    print(<reached>)
else:
    print(<missed>)""",
    },
    javascript={
        "ternary": """\
const value = <value>;
console.log(value >= <limit> ? <reached> : <missed>);""",
        "if_statement": """\
const value = <value>;
if (value >= <limit>) {
  console.log(<reached>);
} else {
  console.log(<missed>);
}""",
    },
)

DECISIONS = (FIZZBUZZ, LIMIT)
