"""Run Command: targets, documents, concurrency, time-outs, output, and the agent's presence."""
