"""Run Command and the SSM agents."""
