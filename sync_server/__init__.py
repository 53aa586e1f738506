"""The coordinator's server: takes in de-identified entries, passes them on within a site, shows them for review."""
