"""libzstd, as a static library for Python's own `compression.zstd`."""

from os.path import exists, join

import sh
from pythonforandroid.logger import shprint
from pythonforandroid.recipe import Recipe
from pythonforandroid.util import current_directory


class LibzstdRecipe(Recipe):
    version = "1.5.7"
    url = "https://github.com/facebook/zstd/releases/download/v{version}/zstd-{version}.tar.gz"
    sha256sum = "eb33e51f49a15e023950cd7825ca74a4a2b43db8354825ac24fc1b7ee09e6fa3"

    def should_build(self, arch):
        return not exists(self.library(arch))

    def build_arch(self, arch):
        env = self.get_recipe_env(arch)
        env["CFLAGS"] = f"{env.get('CFLAGS', '')} -fPIC"
        with current_directory(join(self.get_build_dir(arch.arch), "lib")):
            shprint(sh.make, "libzstd.a", _env=env)

    def include_folder(self, arch) -> str:
        return join(self.get_build_dir(arch.arch), "lib")

    def library(self, arch) -> str:
        return join(self.include_folder(arch), "libzstd.a")


recipe = LibzstdRecipe()
