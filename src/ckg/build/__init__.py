"""The build: from source files to a release. Called, as `ckg.build(…)`, it is `ckg.pipelines.build`."""

from ckg.model.callable_package import make_callable

make_callable(__name__)
