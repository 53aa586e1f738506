"""The ranked differential: grouped Bayesian evidence, its interval and its explanation."""
