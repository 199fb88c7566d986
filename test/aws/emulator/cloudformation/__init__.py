"""CloudFormation's behaviour that moto lacks: order, events, rollback, exports, change sets.

moto makes resources lazily and in the order of a dict, drops tags and outputs of change sets and
cannot replace a resource. These modules put a small engine of their own in place of that part.
"""
