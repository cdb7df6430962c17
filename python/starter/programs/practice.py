"""Programs that only the pre-training mix has: more of the same alphabet, none in the benchmark."""

from random import Random

from starter.family import Family
from starter.vocabulary import NAMES, list_literal, numbers, phrase, text_literal, words


def _one_number(random: Random) -> dict[str, str]:
    return {"number": str(random.randint(1, 200))}


def _numbers(random: Random) -> dict[str, str]:
    return {"numbers": list_literal(numbers(random, 3, 7, 1, 99))}


def _span(random: Random) -> dict[str, str]:
    start = random.randint(1, 40)
    return {"start": str(start), "end": str(start + random.randint(5, 20))}


def _pair(random: Random) -> dict[str, str]:
    return {"left": str(random.randint(1, 99)), "right": str(random.randint(1, 99))}


def _name(random: Random) -> dict[str, str]:
    return {"name": random.choice(NAMES)}


def _text(random: Random) -> dict[str, str]:
    return {"text": text_literal(phrase(random, 1, 4))}


def _words(random: Random) -> dict[str, str]:
    return {"words": list_literal(words(random, 2, 6))}


def _multiples(random: Random) -> dict[str, str]:
    return {"number": str(random.randint(2, 20)), "count": str(random.randint(3, 12))}


PRACTICE = (
    Family(
        name="echo",
        category="practice",
        draw=_text,
        phrasings=("the text <text>", "the string <text>", "<text>"),
        python={"built_in": "print(<text>)"},
        javascript={"built_in": "console.log(<text>);"},
    ),
    Family(
        name="greeting",
        category="practice",
        draw=_name,
        phrasings=("a greeting for <name>", "hello to <name>", "the text Hello, <name>!"),
        python={"template_literal": 'name = "<name>"\nprint(f"Hello, {name}!")'},
        javascript={"template_literal": 'const name = "<name>";\nconsole.log(`Hello, ${name}!`);'},
    ),
    Family(
        name="length",
        category="practice",
        draw=_text,
        phrasings=("the length of <text>", "how long the string <text> is"),
        python={"built_in": "s = <text>\nprint(len(s))"},
        javascript={"built_in": "const s = <text>;\nconsole.log(s.length);"},
    ),
    Family(
        name="word_count",
        category="practice",
        draw=_text,
        phrasings=("the number of words in <text>", "how many words are in <text>"),
        python={"built_in": "s = <text>\nprint(len(s.split()))"},
        javascript={"built_in": 'const s = <text>;\nconsole.log(s.split(" ").length);'},
    ),
    Family(
        name="list_words",
        category="practice",
        draw=_words,
        phrasings=(
            "the words <words> one per line",
            "each word of <words>",
            "the words in <words>",
        ),
        python={
            "for_loop": "words = <words>\nfor w in words:\n    print(w)",
            "join": 'words = <words>\nprint("\\n".join(words))',
        },
        javascript={
            "for_loop": "const words = <words>;\nfor (const w of words) {\n  console.log(w);\n}"
        },
    ),
    Family(
        name="total",
        category="practice",
        draw=_numbers,
        phrasings=("the sum of <numbers>", "the total of the list <numbers>", "<numbers> summed"),
        python={
            "built_in": "nums = <numbers>\nprint(sum(nums))",
            "for_loop": "nums = <numbers>\ntotal = 0\nfor n in nums:\n    total += n\nprint(total)",
        },
        javascript={
            "reduce": "const nums = <numbers>;\nconsole.log(nums.reduce((a, b) => a + b, 0));"
        },
    ),
    Family(
        name="average",
        category="practice",
        draw=_numbers,
        phrasings=("the average of <numbers>", "the mean of the numbers in <numbers>"),
        python={"built_in": "nums = <numbers>\nprint(sum(nums) / len(nums))"},
    ),
    Family(
        name="ordered",
        category="practice",
        draw=_numbers,
        phrasings=(
            "<numbers> sorted",
            "the numbers <numbers> in order",
            "the sorted list <numbers>",
        ),
        python={"built_in": "nums = <numbers>\nout = sorted(nums)\nprint(*out)"},
        javascript={
            "spread": "const nums = <numbers>;\nconst out = [...nums].sort((a, b) => a - b);\n"
            'console.log(out.join(" "));'
        },
    ),
    Family(
        name="parity",
        category="practice",
        draw=_one_number,
        phrasings=("whether <number> is even or odd", "even or odd for the number <number>"),
        python={
            "ternary": 'n = <number>\nprint("even" if n % 2 == 0 else "odd")',
            "if_statement": 'n = <number>\nif n % 2 == 0:\n    print("even")\n'
            'else:\n    print("odd")',
        },
        javascript={
            "ternary": 'const n = <number>;\nconsole.log(n % 2 === 0 ? "even" : "odd");',
        },
    ),
    Family(
        name="count_up",
        category="practice",
        draw=_span,
        phrasings=("the numbers from <start> to <end>", "all numbers from <start> up to <end>"),
        python={"for_loop": "for i in range(<start>, <end> + 1):\n    print(i)"},
        javascript={"for_loop": "for (let i = <start>; i <= <end>; i++) {\n  console.log(i);\n}"},
    ),
    Family(
        name="larger",
        category="practice",
        draw=_pair,
        phrasings=("the larger of <left> and <right>", "the larger number of <left> and <right>"),
        python={"ternary": "a = <left>\nb = <right>\nprint(a if a > b else b)"},
        javascript={
            "ternary": "const a = <left>;\nconst b = <right>;\nconsole.log(a > b ? a : b);"
        },
    ),
    Family(
        name="multiples",
        category="practice",
        draw=_multiples,
        phrasings=("the first <count> multiples of <number>",),
        python={"for_loop": "for i in range(1, <count> + 1):\n    print(i * <number>)"},
    ),
    Family(
        name="times",
        category="practice",
        draw=_pair,
        phrasings=("<left> times <right>", "the result of <left> times <right>"),
        python={"built_in": "print(<left> * <right>)"},
        javascript={"built_in": "console.log(<left> * <right>);"},
    ),
)
"""Seen in pre-training only. Their held-out parameter sets are simply never drawn."""
