"""Instances as EC2 shows them, and the machines behind them."""
