"""THE PROMISE: plans, targets, measures, dated reports."""
