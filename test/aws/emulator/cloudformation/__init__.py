"""Behaviour of CloudFormation that moto lacks: order, events, rollback, exports, change sets.

moto creates resources lazily and in the order of a dict, drops tags and outputs of change sets, and
cannot replace a resource. These modules replace that part of moto with a small engine.
"""
