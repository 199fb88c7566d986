"""A document's parameters: checks as SSM makes them, defaults, and how they reach the script."""

import re

from moto.ssm.exceptions import SSMException

from ..cloudformation.documents import as_text

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def refuse(message):
    """The error of every bad parameter."""
    raise SSMException("InvalidParameters", message)


def breaks_rule(declared, value):
    """Whether a value does not fit its declaration."""
    return (
        ("allowedPattern" in declared and not re.search(declared["allowedPattern"], value))
        or ("allowedValues" in declared and value not in declared["allowedValues"])
        or len(value) > int(declared.get("maxChars", 1 << 30))
        or len(value) < int(declared.get("minChars", 0))
    )


def check(declared, given, document):
    """Raises for unknown, missing and ill-formed parameters, before anything runs."""
    unknown = [name for name in given if name not in declared]
    if unknown:
        refuse(f"Parameters {unknown} are not defined in document {document}")
    for name, rules in declared.items():
        if name not in given and "default" not in rules:
            refuse(f"Parameter {name} is required by document {document}")
        for value in given.get(name, []):
            if breaks_rule(rules, value):
                refuse(
                    f"Parameter {name} with value {value!r} does not satisfy the constraints "
                    f"of document {document}"
                )


class Values:
    """The values of one command, as variables or for substitution in the text."""

    def __init__(self, declared, given):
        values = {name: d["default"] for name, d in declared.items() if "default" in d}
        for name, value in given.items():
            is_list = declared.get(name, {}).get("type") == "StringList"
            values[name] = value if is_list else value[0]
        texts = {
            name: "\n".join(value) if isinstance(value, list) else as_text(value)
            for name, value in values.items()
        }
        self.variables = {
            name: text
            for name, text in texts.items()
            if declared.get(name, {}).get("interpolationType") == "ENV_VAR"
        }
        self.inline = {n: text for n, text in texts.items() if n not in self.variables}

    def fill(self, text):
        """Substitutes; ENV_VAR parameters stay as they are, so that a stray {{x}} shows up."""
        return PLACE.sub(lambda match: self.inline.get(match.group(1), match.group(0)), text)
