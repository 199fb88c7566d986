"""AWS for tests: moto server 5.2.5, and what a CDK deploy, SSM Run Command and teardown need.

See README.md for what it emulates, what it does not prove, and the settings.
"""
