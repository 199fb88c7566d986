"""A document's parameters: checks as SSM makes them, and how they reach the script."""

import re

from moto.ssm.exceptions import SSMException


def refuse(message):
    """The error of every bad parameter."""
    raise SSMException("InvalidParameters", message)


def check(declared, given, document):
    """Raises for unknown, missing and ill-formed parameters, before anything runs."""
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
    """What the agent sets for a script: the parameters that ask for it, which all of the project do."""
    values = {name: rules.get("default") for name, rules in declared.items()}
    values |= {name: value for name, (value,) in given.items()}
    return {
        f"SSM_{name}": values[name]
        for name, rules in declared.items()
        if rules.get("interpolationType") == "ENV_VAR"
    }
