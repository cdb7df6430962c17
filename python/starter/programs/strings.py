"""Programs over text: reverse, count, repeat, join."""

from random import Random

from starter.family import Family
from starter.vocabulary import list_literal, phrase, text_literal, words

_SEPARATORS = (
    ("a space", " "),
    ("a dash", "-"),
    ("a plus sign", "+"),
    ("an underscore", "_"),
    ("a slash", "/"),
    ("a colon", ":"),
)


def _text(random: Random) -> dict[str, str]:
    return {"text": text_literal(phrase(random, 1, 2))}


def _repeat(random: Random) -> dict[str, str]:
    return {"text": text_literal(phrase(random, 1, 1)), "times": str(random.randint(2, 12))}


def _upper(random: Random) -> dict[str, str]:
    spoken, separator = random.choice(_SEPARATORS)
    return {
        "words": list_literal(words(random, 2, 4)),
        "spoken": spoken,
        "separator": text_literal(separator),
    }


REVERSE = Family(
    name="reverse",
    category="string_ops",
    draw=_text,
    phrasings=(
        "the string <text> reversed",
        "<text> reversed",
        "the text <text> backwards",
        "<text> in reverse order",
        "the letters of <text> from last to first",
        "the reverse of <text>",
    ),
    held_out_phrasings=(
        "the string <text> backwards",
        "the reverse of the text <text>",
        "the letters of the string <text> in reverse order",
    ),
    python={
        "slice": """\
s = <text>
out = s[::-1]
print(out)""",
        "join": """\
s = <text>
out = "".join(reversed(s))
print(out)""",
        "for_loop": """\
s = <text>
out = ""
for c in s:
    out = c + out
print(out)""",
    },
    javascript={
        "join": """\
const s = <text>;
const out = s.split("").reverse().join("");
console.log(out);""",
        "spread": """\
const s = <text>;
const out = [...s].reverse().join("");
console.log(out);""",
        "for_loop": """\
const s = <text>;
let out = "";
for (const c of s) {
  out = c + out;
}
console.log(out);""",
    },
)

VOWELS = Family(
    name="vowels",
    category="string_ops",
    draw=_text,
    phrasings=(
        "the number of vowels in <text>",
        "how many vowels are in <text>",
        "the vowel count of <text>",
        "the count of vowels in the string <text>",
        "how many vowels the text <text> has",
        "how many letters of <text> are vowels",
    ),
    held_out_phrasings=(
        "the number of vowels the string <text> has",
        "the vowel count of the text <text>",
        "how many vowels are in the string <text>",
    ),
    python={
        "generator": """\
s = <text>
count = sum(1 for c in s if c in "aeiou")
print(count)""",
        "filter": """\
s = <text>
count = len(list(filter(lambda c: c in "aeiou", s)))
print(count)""",
        "regular_expression": """\
import re
s = <text>
count = len(re.findall("[aeiou]", s))
print(count)""",
        "for_loop": """\
s = <text>
count = 0
for c in s:
    if c in "aeiou":
        count += 1
print(count)""",
    },
    javascript={
        "filter": """\
const s = <text>;
const count = [...s].filter(c => "aeiou".includes(c)).length;
console.log(count);""",
        "regular_expression": """\
const s = <text>;
const count = (s.match(/[aeiou]/g) || []).length;
console.log(count);""",
        "for_loop": """\
const s = <text>;
let count = 0;
for (const c of s) {
  if ("aeiou".includes(c)) count++;
}
console.log(count);""",
    },
)

REPEAT = Family(
    name="repeat",
    category="string_ops",
    draw=_repeat,
    phrasings=(
        "<text> repeated <times> times",
        "the string <text> repeated <times> times",
        "the text <text> <times> times in a row",
        "<times> copies of <text>",
        "<times> copies of the text <text> in a row",
        "<text> written <times> times in a row",
    ),
    held_out_phrasings=(
        "<times> copies of the string <text>",
        "the text <text> repeated <times> times",
        "the string <text> written <times> times",
    ),
    python={
        "multiplication": """\
s = <text>
print(s * <times>)""",
        "for_loop": """\
s = <text>
out = ""
for i in range(<times>):
    out += s
print(out)""",
    },
    javascript={
        "repeat": """\
const s = <text>;
console.log(s.repeat(<times>));""",
        "for_loop": """\
const s = <text>;
let out = "";
for (let i = 0; i < <times>; i++) {
  out += s;
}
console.log(out);""",
    },
)

UPPER = Family(
    name="upper",
    category="string_ops",
    draw=_upper,
    phrasings=(
        "the words <words> in upper case joined with <spoken>",
        "the words <words> in upper case with <spoken> between them",
        "<words> in upper case joined with <spoken>",
        "the list <words> in capital letters joined with <spoken>",
        "the words <words> in capital letters with <spoken> between them",
        "<words> in upper case and joined by <spoken>",
    ),
    held_out_phrasings=(
        "the list <words> in upper case with <spoken> between them",
        "the words <words> in capital letters joined with <spoken>",
        "the words <words> in upper case and joined by <spoken>",
    ),
    python={
        "comprehension": """\
words = <words>
out = [w.upper() for w in words]
print(<separator>.join(out))""",
        "map": """\
words = <words>
out = map(lambda w: w.upper(), words)
print(<separator>.join(out))""",
        "for_loop": """\
words = <words>
out = []
for w in words:
    out.append(w.upper())
print(<separator>.join(out))""",
    },
    javascript={
        "map": """\
const words = <words>;
const out = words.map(w => w.toUpperCase());
console.log(out.join(<separator>));""",
        "for_loop": """\
const words = <words>;
const out = [];
for (const w of words) {
  out.push(w.toUpperCase());
}
console.log(out.join(<separator>));""",
    },
)

STRINGS = (REVERSE, VOWELS, REPEAT, UPPER)
