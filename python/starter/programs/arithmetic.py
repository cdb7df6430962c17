"""Programs that compute one number: products, Fibonacci, powers."""

from random import Random

from starter.family import Family


def _product(random: Random) -> dict[str, str]:
    start = random.randint(1, 12)
    return {"start": str(start), "end": str(start + random.randint(2, 9))}


def _fibonacci(random: Random) -> dict[str, str]:
    return {"number": str(random.randint(3, 28))}


def _power(random: Random) -> dict[str, str]:
    return {"base": str(random.randint(2, 19)), "exponent": str(random.randint(2, 9))}


PRODUCT = Family(
    name="product",
    category="abstractions",
    draw=_product,
    phrasings=(
        "the product of the numbers from <start> to <end>",
        "the product of all numbers from <start> up to <end>",
        "the numbers from <start> to <end> multiplied together",
        "the product of the whole numbers between <start> and <end>",
        "what you get by multiplying the numbers from <start> to <end>",
        "all numbers between <start> and <end> multiplied together",
    ),
    held_out_phrasings=(
        "the product of all numbers between <start> and <end>",
        "the whole numbers from <start> to <end> multiplied together",
        "what you get by multiplying all numbers from <start> up to <end>",
    ),
    python={
        "recursion": """\
def product(a, b):
    if a > b:
        return 1
    return a * product(a + 1, b)
print(product(<start>, <end>))""",
        "for_loop": """\
result = 1
for i in range(<start>, <end> + 1):
    result *= i
print(result)""",
        "ternary": """\
def product(a, b):
    return 1 if a > b else a * product(a + 1, b)
print(product(<start>, <end>))""",
    },
    javascript={
        "recursion": """\
function product(a, b) {
  if (a > b) return 1;
  return a * product(a + 1, b);
}
console.log(product(<start>, <end>));""",
        "for_loop": """\
let result = 1;
for (let i = <start>; i <= <end>; i++) {
  result *= i;
}
console.log(result);""",
        "ternary": """\
const product = (a, b) => a > b ? 1 : a * product(a + 1, b);
console.log(product(<start>, <end>));""",
    },
)

FIBONACCI = Family(
    name="fibonacci",
    category="abstractions",
    draw=_fibonacci,
    phrasings=(
        "the Fibonacci number <number>",
        "Fibonacci number <number>",
        "the value of fib(<number>)",
        "Fibonacci of <number>",
        "the Fibonacci number with index <number>",
        "fib of <number>",
    ),
    held_out_phrasings=(
        "the Fibonacci value for <number>",
        "the value of the Fibonacci number <number>",
        "the number <number> of the Fibonacci numbers",
    ),
    python={
        "recursion": """\
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
print(fib(<number>))""",
        "destructuring": """\
a, b = 0, 1
for i in range(<number>):
    a, b = b, a + b
print(a)""",
        "ternary": """\
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(<number>))""",
    },
    javascript={
        "recursion": """\
function fib(n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}
console.log(fib(<number>));""",
        "destructuring": """\
let [a, b] = [0, 1];
for (let i = 0; i < <number>; i++) {
  [a, b] = [b, a + b];
}
console.log(a);""",
        "ternary": """\
const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);
console.log(fib(<number>));""",
    },
)

POWER = Family(
    name="power",
    category="fundamentals",
    draw=_power,
    phrasings=(
        "<base> to the power of <exponent>",
        "the value of <base> to the power <exponent>",
        "<base> raised to the power <exponent>",
        "the power <exponent> of <base>",
        "<base> multiplied by itself so that it appears <exponent> times",
        "the number <base> to the power <exponent>",
    ),
    held_out_phrasings=(
        "the number <base> raised to the power of <exponent>",
        "the value of <base> raised to the power <exponent>",
        "the power <exponent> of the number <base>",
    ),
    python={
        "for_loop": """\
result = 1
for i in range(<exponent>):
    result *= <base>
print(result)""",
        "recursion": """\
def power(base, n):
    if n == 0:
        return 1
    return base * power(base, n - 1)
print(power(<base>, <exponent>))""",
        "lambda": """\
power = lambda base, n: base ** n
print(power(<base>, <exponent>))""",
    },
    javascript={
        "for_loop": """\
let result = 1;
for (let i = 0; i < <exponent>; i++) {
  result *= <base>;
}
console.log(result);""",
        "recursion": """\
function power(base, n) {
  if (n === 0) return 1;
  return base * power(base, n - 1);
}
console.log(power(<base>, <exponent>));""",
        "arrow_function": """\
const power = (base, n) => base ** n;
console.log(power(<base>, <exponent>));""",
    },
)

ARITHMETIC = (PRODUCT, FIBONACCI, POWER)
