"""sqlcipher3: SQLCipher with its own SQLite inside, against the libcrypto of the openssl recipe.

Its build fetches OpenSSL with conan wherever conan can be imported. An isolated build installs what pyproject.toml
names, so the name goes from there; then the compiler's own search path is used, which is set here.
"""

import re
from pathlib import Path

from pythonforandroid.recipe import PyProjectRecipe


class SqlcipherRecipe(PyProjectRecipe):
    version = "0.6.4"
    url = "https://files.pythonhosted.org/packages/source/s/sqlcipher3/sqlcipher3-{version}.tar.gz"
    sha256sum = "b02a3edfc554c9197d63ab4c38a30f7682eec65b10e5be2c9285a0d6ffb7a29a"
    depends = ["openssl"]

    def prebuild_arch(self, arch):
        super().prebuild_arch(arch)
        forget_conan(Path(self.get_build_dir(arch.arch)) / "pyproject.toml")

    def get_recipe_env(self, arch, **kwargs):
        env = super().get_recipe_env(arch, **kwargs)
        openssl = self.get_recipe("openssl", self.ctx)
        env["CFLAGS"] = env.get("CFLAGS", "") + openssl.include_flags(arch)
        env["LDFLAGS"] = env.get("LDFLAGS", "") + openssl.link_dirs_flags(arch)
        return env


def forget_conan(pyproject: Path) -> None:
    """Take conan out of what the build asks for. Doing it twice changes nothing."""
    pyproject.write_text(re.sub(r'\n\s*"conan[^"]*",', "", pyproject.read_text()))


recipe = SqlcipherRecipe()
