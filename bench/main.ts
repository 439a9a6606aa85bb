// The budgets of docs/ARCHITECTURE.md, as ratios measured in one run.
