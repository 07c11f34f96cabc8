from plans.models.measure import Freeze, Measure, Touched, TypedFigure
from plans.models.plan import Milestone, Plan, Target
from plans.models.report import Report

__all__ = ["Freeze", "Measure", "Milestone", "Plan", "Report", "Target", "Touched", "TypedFigure"]
