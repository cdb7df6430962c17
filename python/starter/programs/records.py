"""Programs over one record with named fields."""

from random import Random

from starter.family import Family
from starter.vocabulary import FIELDS, NAMES, NUMBER_FIELDS, text_literal, word


def _record(random: Random) -> dict[str, str]:
    field = random.choice(FIELDS)
    value = str(random.randint(10, 99)) if field in NUMBER_FIELDS else text_literal(word(random))
    return {"name": text_literal(random.choice(NAMES)), "field": field, "value": value}


RECORD = Family(
    name="record",
    category="data_structures",
    draw=_record,
    phrasings=(
        "the name and the <field> of a person with name <name> and <field> <value>",
        "the name and <field> of a user with name <name> and <field> <value>",
        "the name and <field> stored in an object with name <name> and <field> <value>",
        "the name and the <field> of an item with name <name> and <field> <value>",
        "name and <field> of an object with the name <name> and the <field> <value>",
        "the name and the <field> of a player with <field> <value> and name <name>",
    ),
    held_out_phrasings=(
        "name and <field> of a person with the name <name> and the <field> <value>",
        "the name and the <field> of an object with name <name> and <field> <value>",
        "the name and the <field> of a user with <field> <value> and name <name>",
    ),
    python={
        "template_literal": """\
item = {"name": <name>, "<field>": <value>}
print(f"{item['name']} {item['<field>']}")""",
        "built_in": """\
item = {"name": <name>, "<field>": <value>}
print(item["name"], item["<field>"])""",
        "destructuring": """\
item = {"name": <name>, "<field>": <value>}
name, <field> = item.values()
print(name, <field>)""",
    },
    javascript={
        "template_literal": """\
const item = { name: <name>, <field>: <value> };
console.log(`${item.name} ${item.<field>}`);""",
        "destructuring": """\
const item = { name: <name>, <field>: <value> };
const { name, <field> } = item;
console.log(name + " " + <field>);""",
    },
)

RECORDS = (RECORD,)
