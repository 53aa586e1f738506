"""PyYAML with libyaml: without it the knowledge takes about seven times longer to read."""

from pythonforandroid.recipe import PyProjectRecipe


class PyYamlRecipe(PyProjectRecipe):
    version = "6.0.3"
    url = "https://files.pythonhosted.org/packages/source/p/pyyaml/pyyaml-{version}.tar.gz"
    sha256sum = "d76623373421df22fb4cf8817020cbb7ef15c725b9d5e45f17e189bfc384190f"
    site_packages_name = "yaml"
    depends = ["libyaml"]

    def get_recipe_env(self, arch, **kwargs):
        env = super().get_recipe_env(arch, **kwargs)
        libyaml = self.get_recipe("libyaml", self.ctx)
        env["CFLAGS"] = f"{env.get('CFLAGS', '')} -I{libyaml.include_folder(arch)}"
        env["LDFLAGS"] = f"{env.get('LDFLAGS', '')} -L{libyaml.library_folder(arch)}"
        env["PYYAML_FORCE_LIBYAML"] = "1"  # rather a build that fails than a slow one
        return env


recipe = PyYamlRecipe()
