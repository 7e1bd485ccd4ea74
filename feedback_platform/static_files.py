"""How static files are served: hashed for good, compressed, imports of modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own switch for this reads every script, and takes comments in foreign ones for imports.
OUR_MODULES = "annotation/judge*.js"
IMPORTS = ((r"""(?P<matched>from ["'](?P<url>\./[\w.-]+\.js)["'])""", 'from "%(url)s"'),)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our modules import each other by their hashed names, so that a browser keeps them all."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (OUR_MODULES, IMPORTS))
