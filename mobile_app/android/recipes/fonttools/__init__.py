"""fontTools (for the fonts in a PDF): a recipe, so that its wheel in pure Python is chosen.

Without one, python-for-android installs it with the pip of the computer that builds, which takes that computer's wheel.
"""

from pythonforandroid.recipe import PyProjectRecipe


class FontToolsRecipe(PyProjectRecipe):
    version = "4.68.0"
    url = "https://files.pythonhosted.org/packages/source/f/fonttools/fonttools-{version}.tar.gz"
    sha256sum = "73294e233070f71e2b3653b6bd8564af676d57f26d075761fb06d1ab2e4a7a5d"
    site_packages_name = "fontTools"


recipe = FontToolsRecipe()
