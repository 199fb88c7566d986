"""The parameters of documents: how SSM checks them, and how scripts get them."""

import re

from moto.ssm.exceptions import SSMException


def refuse(message):
    """Raises the error for invalid parameters."""
    raise SSMException("InvalidParameters", message)


def check(declared, given, document):
    """Raises an error for unknown, missing and malformed parameters."""
    unknown = [name for name in given if name not in declared]
    if unknown:
        refuse(f"Parameters {unknown} are not defined in document {document}")
    for name, rules in declared.items():
        if name not in given and "default" not in rules:
            refuse(f"Parameter {name} is required by document {document}")
        for value in given.get(name, []):
            if not re.search(rules["allowedPattern"], value):
                refuse(
                    f"Parameter {name} with value {value!r} does not satisfy the constraints "
                    f"of document {document}"
                )


def variables(declared, given):
    """Returns the variables that the agent sets for a script: the parameters with interpolationType ENV_VAR."""
    values = {name: rules.get("default") for name, rules in declared.items()}
    values |= {name: value for name, (value,) in given.items()}
    return {
        f"SSM_{name}": values[name]
        for name, rules in declared.items()
        if rules.get("interpolationType") == "ENV_VAR"
    }
