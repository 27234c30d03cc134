"""What pyproject.toml cannot say: resources/ and db/ lie beside the package in a checkout and inside it when installed."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["nmx_desk*"]), "nmx_desk.resources", "nmx_desk.db"],
    package_dir={"nmx_desk.resources": "resources", "nmx_desk.db": "db"},
    package_data={"nmx_desk.resources": ["**/*"], "nmx_desk.db": ["**/*"]},
    exclude_package_data={"": ["**/__pycache__/*", "*.pyc", "*.po"]},
)
