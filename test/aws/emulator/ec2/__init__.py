"""EC2 instances, and the machines behind them."""
