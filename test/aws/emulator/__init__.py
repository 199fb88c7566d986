"""An AWS emulator for tests: moto server 5.2.5, extended for cdk deploy, cdk destroy and SSM Run Command.

README.md describes its settings and how it differs from AWS.
"""
