"""charset-normalizer: a recipe, so that its wheel is chosen for Android.

Without one, python-for-android installs it with the pip of the computer that builds, which takes that computer's wheel.
Its wheel for Android is taken where there is one; otherwise the one in pure Python.
"""

from pythonforandroid.recipe import PyProjectRecipe


class CharsetNormalizerRecipe(PyProjectRecipe):
    version = "3.5.2"
    url = "https://files.pythonhosted.org/packages/source/c/charset-normalizer/charset_normalizer-{version}.tar.gz"
    sha256sum = "39de2a259fc954455c57274dc94c79d5842774e1247a016aff30bc0efed0f4ef"
    site_packages_name = "charset_normalizer"


recipe = CharsetNormalizerRecipe()
