"""How a request is worded around a family's phrasing, and how a construct is asked for."""

from random import Random

OPENINGS = (
    "Write a {language} program that prints {what}.",
    "Write {language} code that prints {what}.",
    "Print {what} in {language}.",
    "In {language}, print {what}.",
    "Using {language}, print {what}.",
    "Write a short {language} script that prints {what}.",
    "Please write {language} code to print {what}.",
    "Show me {language} code that prints {what}.",
    "{language}: print {what}.",
    "I need a {language} program that prints {what}.",
    "Give me a {language} script that prints {what}.",
    "Can you write {language} code that prints {what}?",
)
HELD_OUT_OPENINGS = (
    "Please write a short {language} program that prints {what}.",
    "Show me a {language} script to print {what}.",
    "I need {language} code that prints {what}.",
    "Can you give me a {language} program that prints {what}?",
)

HINTS = (
    "Use {construct}.",
    "Please use {construct}.",
    "Do it with {construct}.",
    "Solve it with {construct}.",
    "The program should use {construct}.",
    "Write it with {construct}.",
)
HELD_OUT_HINTS = (
    "Please do it with {construct}.",
    "The code should use {construct}.",
    "Please write it with {construct}.",
)

LANGUAGE_NAMES = {"python": "Python", "javascript": "JavaScript"}

CONSTRUCT_NAMES = {
    "arrow_function": ("an arrow function",),
    "destructuring": ("destructuring",),
    "filter": ("filter",),
    "for_loop": ("a loop", "a for loop"),
    "if_statement": ("an if statement", "if and else"),
    "join": ("join",),
    "map": ("map",),
    "recursion": ("recursion", "a recursive function"),
    "reduce": ("reduce",),
    "regular_expression": ("a regular expression",),
    "repeat": ("the repeat method", "repeat"),
    "spread": ("the spread operator", "spread"),
    "template_literal": ("a template literal",),
    "ternary": ("a ternary", "a ternary expression"),
}
"""The constructs that a JavaScript task may ask for."""

PYTHON_CONSTRUCT_NAMES = {
    **{
        name: CONSTRUCT_NAMES[name]
        for name in (
            "filter",
            "for_loop",
            "if_statement",
            "join",
            "map",
            "recursion",
            "reduce",
            "regular_expression",
            "ternary",
        )
    },
    "built_in": ("a built-in function",),
    "comprehension": ("a list comprehension", "a comprehension"),
    "destructuring": ("unpacking",),
    "generator": ("a generator expression",),
    "lambda": ("a lambda",),
    "multiplication": ("multiplication",),
    "operator": ("an operator",),
    "slice": ("slicing",),
    "spread": ("a starred list",),
    "template_literal": ("an f-string",),
}
"""The constructs that a Python request in the pre-training mix may ask for."""


CONSTRUCTS_BY_LANGUAGE = {"python": PYTHON_CONSTRUCT_NAMES, "javascript": CONSTRUCT_NAMES}


def opening(random: Random, language: str, what: str, *, held_out: bool) -> str:
    """The request itself, one sentence."""
    choices = HELD_OUT_OPENINGS if held_out else OPENINGS
    return random.choice(choices).format(language=LANGUAGE_NAMES[language], what=what)


def hint(random: Random, language: str, construct: str, *, held_out: bool) -> str:
    """The sentence that asks for a construct by one of its names."""
    name = random.choice(CONSTRUCTS_BY_LANGUAGE[language][construct])
    return random.choice(HELD_OUT_HINTS if held_out else HINTS).format(construct=name)
