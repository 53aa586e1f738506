"""How well the reasoning does: accuracy on published cases, and how many questions it needs."""
