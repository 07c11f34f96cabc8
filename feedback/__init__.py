"""THE WAY IN: petitions, reception days, the public way in, the verdict of the one who asked."""
