"""The order in which a template's resources are created; deletion uses the reverse."""

import re

SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def references(node, names, found):
    """Adds the logical ids among `names` that a part of a template refers to to `found`."""
    if isinstance(node, list):
        for value in node:
            references(value, names, found)
    if not isinstance(node, dict):
        return found
    for key, value in node.items():
        if key == "Ref":
            targets = [value]
        elif key == "Fn::GetAtt":
            targets = [value[0] if isinstance(value, list) else value.split(".")[0]]
        elif key == "DependsOn":
            targets = [value] if isinstance(value, str) else value
        else:
            targets = []
            if key == "Fn::Sub":
                targets = SUBSTITUTED.findall(value if isinstance(value, str) else value[0])
            references(value, names, found)
        found.update(target for target in targets if target in names)
    return found


def creation_order(resources):
    """Returns the logical ids, each after those that it refers to."""
    seen, ordered = set(), []

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        for other in sorted(references(resources[name], resources.keys(), set()) - {name}):
            visit(other)
        ordered.append(name)

    for name in sorted(resources):
        visit(name)
    return ordered
