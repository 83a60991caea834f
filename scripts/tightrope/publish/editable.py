"""Used only by ``pip install -e``: an editable install that brings the kernel's specification along."""

from setuptools.command.editable_wheel import editable_wheel


class EditableWheel(editable_wheel):  # type: ignore[misc]  # setuptools is a build-time guest
    """setuptools passes data files over in an editable install: it asks for ``has_data``, which nothing answers."""

    def run(self) -> None:
        """Build the wheel with the project's data files."""
        self.distribution.has_data = self.distribution.has_data_files
        super().run()
