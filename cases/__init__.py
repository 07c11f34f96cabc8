"""THE MATTER: stages, workflow, clocks, escalation, history, figures."""
