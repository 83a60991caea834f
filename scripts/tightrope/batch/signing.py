"""Sign reports where the key is: what a cluster rendered comes home unsigned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tightrope.publish.sealed import signed
from tightrope.publish.sign import Key
from tightrope.publish.stamp import SUFFIX, entry_of, with_outputs


def sign_files(name: str, files: dict[str, bytes], outputs: Mapping[str, dict[str, Any]], key: Key) -> None:
    """Sign a report's HTML and PDF among ``files``, and mend all that tells their hashes.

    Parameters
    ----------
    name : str
        Of the report.
    files : dict
        Content by file name, changed in place, as is ``outputs``, which tells the size and SHA-256 of each.

    Raises
    ------
    RenderFailed
        Where a file is not as it was made.
    """
    changed = {
        file: signed(file.rpartition(".")[2], data, key)
        for file, data in files.items()
        if file in (f"{name}.html", f"{name}.pdf")
    }
    for file, data in changed.items():
        outputs[file].update(entry_of(data))
    files.update(changed)
    about = f"{name}{SUFFIX}"
    files[about] = with_outputs(files[about], changed)
