"""Programs over lists: sum, choose, change, merge, find the extreme."""

from random import Random

from starter.family import Family
from starter.vocabulary import list_literal, numbers, words

_ACTIONS = (("multiplied by", "*"), ("increased by", "+"), ("reduced by", "-"))


def _sum_matching(random: Random) -> dict[str, str]:
    parity = random.choice(("even", "odd"))
    return {
        "numbers": list_literal(numbers(random, 4, 6, 1, 50)),
        "parity": parity,
        "python_test": "n % 2 == 0" if parity == "even" else "n % 2 != 0",
        "javascript_test": "n % 2 === 0" if parity == "even" else "n % 2 !== 0",
    }


def _change(random: Random) -> dict[str, str]:
    action, operator = random.choice(_ACTIONS)
    return {
        "numbers": list_literal(numbers(random, 4, 6, 1, 40)),
        "action": action,
        "operator": operator,
        "amount": str(random.randint(2, 19)),
    }


def _choose(random: Random) -> dict[str, str]:
    values = numbers(random, 4, 6, 1, 60)
    greater = random.random() < 0.5
    limit = random.randint(min(values), max(values) - 1) if greater else max(values)
    if not greater:
        limit = random.randint(min(values) + 1, max(values) + 1)
    return {
        "numbers": list_literal(values),
        "relation": "greater" if greater else "less",
        "sign": ">" if greater else "<",
        "limit": str(limit),
    }


def _merge(random: Random) -> dict[str, str]:
    if random.random() < 0.5:
        first, second = numbers(random, 2, 4, 1, 60), numbers(random, 2, 4, 1, 60)
        return {"first": list_literal(first), "second": list_literal(second)}
    return {
        "first": list_literal(words(random, 2, 3)),
        "second": list_literal(words(random, 2, 3)),
    }


def _extreme(random: Random) -> dict[str, str]:
    largest = random.random() < 0.5
    return {
        "numbers": list_literal(numbers(random, 4, 6, 1, 99)),
        "extreme": "largest" if largest else "smallest",
        "function": "max" if largest else "min",
        "sign": ">" if largest else "<",
    }


def _invoice(random: Random) -> dict[str, str]:
    return {
        "numbers": list_literal(numbers(random, 3, 5, 1, 90)),
        "shipping": str(random.randint(2, 29)),
    }


SUM_MATCHING = Family(
    name="sum_matching",
    category="abstractions",
    draw=_sum_matching,
    phrasings=(
        "the sum of the <parity> numbers in <numbers>",
        "the sum of all <parity> numbers in <numbers>",
        "the total of the <parity> numbers in <numbers>",
        "the sum of the <parity> values in the list <numbers>",
        "what the <parity> numbers in <numbers> add up to",
        "the <parity> numbers in <numbers> added together",
    ),
    held_out_phrasings=(
        "the total of all <parity> values in <numbers>",
        "what the <parity> values in the list <numbers> add up to",
        "the <parity> values of <numbers> added together",
    ),
    python={
        "generator": """\
nums = <numbers>
total = sum(n for n in nums if <python_test>)
print(total)""",
        "for_loop": """\
nums = <numbers>
total = 0
for n in nums:
    if <python_test>:
        total += n
print(total)""",
        "filter": """\
nums = <numbers>
total = sum(filter(lambda n: <python_test>, nums))
print(total)""",
    },
    javascript={
        "filter": """\
const nums = <numbers>;
const total = nums.filter(n => <javascript_test>).reduce((a, b) => a + b, 0);
console.log(total);""",
        "for_loop": """\
const nums = <numbers>;
let total = 0;
for (const n of nums) {
  if (<javascript_test>) total += n;
}
console.log(total);""",
    },
)

CHANGE = Family(
    name="change",
    category="data_structures",
    draw=_change,
    phrasings=(
        "the numbers in <numbers> <action> <amount>",
        "each number in <numbers> <action> <amount>",
        "all values of <numbers> <action> <amount>",
        "the list <numbers> with each number <action> <amount>",
        "every number of <numbers> <action> <amount>",
        "the values in the list <numbers> <action> <amount>",
    ),
    held_out_phrasings=(
        "every value in <numbers> <action> <amount>",
        "all numbers of the list <numbers> <action> <amount>",
        "the list <numbers> with every value <action> <amount>",
    ),
    python={
        "comprehension": """\
nums = <numbers>
out = [n <operator> <amount> for n in nums]
print(*out)""",
        "for_loop": """\
nums = <numbers>
out = []
for n in nums:
    out.append(n <operator> <amount>)
print(*out)""",
        "map": """\
nums = <numbers>
out = map(lambda n: n <operator> <amount>, nums)
print(*out)""",
    },
    javascript={
        "map": """\
const nums = <numbers>;
const out = nums.map(n => n <operator> <amount>);
console.log(out.join(" "));""",
        "for_loop": """\
const nums = <numbers>;
const out = [];
for (const n of nums) {
  out.push(n <operator> <amount>);
}
console.log(out.join(" "));""",
    },
)

CHOOSE = Family(
    name="choose",
    category="data_structures",
    draw=_choose,
    phrasings=(
        "the numbers in <numbers> that are <relation> than <limit>",
        "the numbers <relation> than <limit> in <numbers>",
        "all values of <numbers> <relation> than <limit>",
        "only the numbers in <numbers> <relation> than <limit>",
        "the values <relation> than <limit> in the list <numbers>",
        "every number of <numbers> that is <relation> than <limit>",
    ),
    held_out_phrasings=(
        "all numbers in <numbers> that are <relation> than <limit>",
        "only the values <relation> than <limit> in <numbers>",
        "every value in the list <numbers> that is <relation> than <limit>",
    ),
    python={
        "comprehension": """\
nums = <numbers>
out = [n for n in nums if n <sign> <limit>]
print(*out)""",
        "for_loop": """\
nums = <numbers>
out = []
for n in nums:
    if n <sign> <limit>:
        out.append(n)
print(*out)""",
        "filter": """\
nums = <numbers>
out = filter(lambda n: n <sign> <limit>, nums)
print(*out)""",
    },
    javascript={
        "filter": """\
const nums = <numbers>;
const out = nums.filter(n => n <sign> <limit>);
console.log(out.join(" "));""",
        "for_loop": """\
const nums = <numbers>;
const out = [];
for (const n of nums) {
  if (n <sign> <limit>) out.push(n);
}
console.log(out.join(" "));""",
    },
)

MERGE = Family(
    name="merge",
    category="data_structures",
    draw=_merge,
    phrasings=(
        "the lists <first> and <second> merged into one",
        "<first> followed by <second>",
        "the list <first> followed by the list <second>",
        "all values of <first> and <second> as one list",
        "<first> and <second> merged",
        "the values of <first> and then the values of <second>",
    ),
    held_out_phrasings=(
        "the lists <first> and <second> as one list",
        "the values of <first> followed by the values of <second>",
        "the list <first> and the list <second> merged into one",
    ),
    python={
        "operator": """\
first = <first>
second = <second>
out = first + second
print(*out)""",
        "spread": """\
first = <first>
second = <second>
out = [*first, *second]
print(*out)""",
        "for_loop": """\
out = <first>
for x in <second>:
    out.append(x)
print(*out)""",
    },
    javascript={
        "spread": """\
const first = <first>;
const second = <second>;
const out = [...first, ...second];
console.log(out.join(" "));""",
        "for_loop": """\
const out = <first>;
for (const x of <second>) {
  out.push(x);
}
console.log(out.join(" "));""",
    },
)

EXTREME = Family(
    name="extreme",
    category="fundamentals",
    draw=_extreme,
    phrasings=(
        "the <extreme> number in <numbers>",
        "the <extreme> value in <numbers>",
        "the <extreme> of <numbers>",
        "the <extreme> number of the list <numbers>",
        "the <extreme> of the numbers <numbers>",
        "which number in <numbers> is the <extreme>",
    ),
    held_out_phrasings=(
        "the <extreme> value of the list <numbers>",
        "the <extreme> of all numbers in <numbers>",
        "which value in the list <numbers> is the <extreme>",
    ),
    python={
        "built_in": """\
nums = <numbers>
print(<function>(nums))""",
        "reduce": """\
from functools import reduce
nums = <numbers>
best = reduce(lambda a, b: a if a <sign> b else b, nums)
print(best)""",
        "for_loop": """\
nums = <numbers>
best = nums[0]
for n in nums:
    if n <sign> best:
        best = n
print(best)""",
    },
    javascript={
        "spread": """\
const nums = <numbers>;
console.log(Math.<function>(...nums));""",
        "reduce": """\
const nums = <numbers>;
const best = nums.reduce((a, b) => a <sign> b ? a : b);
console.log(best);""",
        "for_loop": """\
const nums = <numbers>;
let best = nums[0];
for (const n of nums) {
  if (n <sign> best) best = n;
}
console.log(best);""",
    },
)

INVOICE = Family(
    name="invoice",
    category="applications",
    draw=_invoice,
    phrasings=(
        "the total of the prices <numbers> plus <shipping> for shipping",
        "the sum of the prices <numbers> and <shipping> for shipping",
        "the bill for the prices <numbers> with <shipping> for shipping",
        "the total price of items that cost <numbers> plus <shipping> for shipping",
        "what the prices <numbers> and <shipping> for shipping add up to",
        "the invoice total for the prices <numbers> and shipping <shipping>",
    ),
    held_out_phrasings=(
        "the total price for the prices <numbers> plus <shipping> for shipping",
        "the invoice total of items that cost <numbers> and <shipping> for shipping",
        "the bill for items that cost <numbers> plus shipping <shipping>",
    ),
    python={
        "built_in": """\
prices = <numbers>
total = sum(prices) + <shipping>
print(total)""",
        "reduce": """\
from functools import reduce
prices = <numbers>
total = reduce(lambda a, b: a + b, prices, <shipping>)
print(total)""",
        "for_loop": """\
prices = <numbers>
total = <shipping>
for price in prices:
    total += price
print(total)""",
    },
    javascript={
        "reduce": """\
const prices = <numbers>;
const total = prices.reduce((a, b) => a + b, <shipping>);
console.log(total);""",
        "for_loop": """\
const prices = <numbers>;
let total = <shipping>;
for (const price of prices) {
  total += price;
}
console.log(total);""",
    },
)

LISTS = (SUM_MATCHING, CHANGE, CHOOSE, MERGE, EXTREME, INVOICE)
