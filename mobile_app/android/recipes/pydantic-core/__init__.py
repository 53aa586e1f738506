"""pydantic-core at the version that our pydantic names; the recipe of python-for-android is older and would be refused.

Its sources have moved into pydantic's own repository, so they come from PyPI.
"""

from pythonforandroid.recipe import RustCompiledComponentsRecipe


class PydanticCoreRecipe(RustCompiledComponentsRecipe):
    version = "2.50.4"
    url = "https://files.pythonhosted.org/packages/source/p/pydantic-core/pydantic_core-{version}.tar.gz"
    sha256sum = "aead3b74b68396bf0feab5d57e050b730ded7df55853c1e048a87e00aaf033c6"
    site_packages_name = "pydantic_core"


recipe = PydanticCoreRecipe()
