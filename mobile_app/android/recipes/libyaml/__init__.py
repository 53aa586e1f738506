"""libyaml, as a static library for PyYAML."""

from os.path import exists, join

import sh
from pythonforandroid.logger import shprint
from pythonforandroid.recipe import Recipe
from pythonforandroid.util import current_directory


class LibyamlRecipe(Recipe):
    version = "0.2.5"
    url = "https://github.com/yaml/libyaml/releases/download/{version}/yaml-{version}.tar.gz"
    sha256sum = "c642ae9b75fee120b2d96c712538bd2cf283228d2337df2cf2988e3c02678ef4"

    def should_build(self, arch):
        return not exists(join(self.library_folder(arch), "libyaml.a"))

    def build_arch(self, arch):
        env = self.get_recipe_env(arch)
        with current_directory(self.get_build_dir(arch.arch)):
            configure = sh.Command("./configure")
            shprint(configure, f"--host={arch.command_prefix}", "--disable-shared", "--with-pic", _env=env)
            shprint(sh.make, "-C", "src", _env=env)

    def include_folder(self, arch) -> str:
        return join(self.get_build_dir(arch.arch), "include")

    def library_folder(self, arch) -> str:
        return join(self.get_build_dir(arch.arch), "src", ".libs")


recipe = LibyamlRecipe()
