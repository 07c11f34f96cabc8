from plans.models.measure import Freeze, Measure, Touched, TypedFigure
from plans.models.plan import Milestone, Plan, Target

__all__ = ["Freeze", "Measure", "Milestone", "Plan", "Target", "Touched", "TypedFigure"]
