"""Python of python-for-android, and with it `compression.zstd`: what is sent to the server is packed with it."""

from os.path import join

from pythonforandroid.recipes.python3 import Python3Recipe


class PythonWithZstdRecipe(Python3Recipe):
    depends = [*Python3Recipe.depends, "libzstd"]

    def get_recipe_dir(self):
        # The patches are those of the recipe that this one adds to.
        return join(self.ctx.root_dir, "recipes", "python3")

    def set_libs_flags(self, env, arch):
        env = super().set_libs_flags(env, arch)
        libzstd = self.get_recipe("libzstd", self.ctx)
        # What CPython's configure takes instead of asking pkg-config, which would answer for this computer.
        env["LIBZSTD_CFLAGS"] = f"-I{libzstd.include_folder(arch)}"
        env["LIBZSTD_LIBS"] = libzstd.library(arch)
        return env


recipe = PythonWithZstdRecipe()
