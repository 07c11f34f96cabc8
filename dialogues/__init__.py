"""THE MEETING: dialogues, questions, minutes, conclusions."""
