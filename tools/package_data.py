"""Build hook: policies, contracts and migrations travel inside the wheel as `qinji/_data`."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA_FOLDERS = ("policies", "contracts", "migrations")


class PackageDataHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the data folders to a standard wheel; an editable install reads them from the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuses to build a standard wheel without one of the folders: it would install and then fail."""
        if version == "editable":
            return
        for folder in DATA_FOLDERS:
            source = Path(self.root) / folder
            if not source.is_dir():
                raise FileNotFoundError(f"the wheel needs the folder {source}")
            build_data["force_include"][str(source)] = f"qinji/_data/{folder}"
