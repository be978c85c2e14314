"""The image that the Dockerfile starts from: pulled, or a stand-in where there is no registry."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.end_to_end.engine import CACHE, Engine

SUITE = "trixie"
"""The Debian release of the real image; its own interpreter is the same 3.13."""

PACKAGES = ("ca-certificates", "python3", "python3-pip")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
APT_KEEPS_NOTHING = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""
DPKG_IS_SLIM = """\
path-exclude /usr/share/doc/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")


def provide_base_image(engine: Engine, dockerfile: Path) -> str:
    """Make sure that the engine has what the Dockerfile's first line names.

    Returns:
        Where it came from: ``cache``, ``registry`` or ``stand-in``.

    Raises:
        EngineError: The engine refused.
        subprocess.CalledProcessError: The stand-in could not be made.
    """
    image = base_of(dockerfile.read_text(encoding="utf-8"))
    if engine.has(image):
        return "cache"
    if engine.pulls(image):
        return "registry"
    _import(engine, _stand_in(), image)
    return "stand-in"


def base_of(dockerfile: str) -> str:
    """Read the name of the base image; raises ValueError where there is none."""
    match = re.search(r"^FROM +(\S+)", dockerfile, re.MULTILINE)
    if match is None:
        raise ValueError("the Dockerfile has no FROM line")
    return match[1]


def _stand_in() -> Path:
    root = CACHE / f"root-{SUITE}"
    if not root.exists():
        unfinished = root.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        include = f"--include={','.join(PACKAGES)}"
        subprocess.run(
            ["debootstrap", "--variant=minbase", include, SUITE, str(unfinished)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        _furnish(unfinished)
        unfinished.rename(root)
    return root


def _furnish(root: Path) -> None:
    """Make Debian look like the real image, and trust the certificates that this machine trusts."""
    for marker in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        marker.unlink()
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    shutil.copyfile(
        os.environ.get("SSL_CERT_FILE") or Path("/") / CERTIFICATES, root / CERTIFICATES
    )
    (root / "etc/pip.conf").write_text(f"[global]\ncert = /{CERTIFICATES}\n", encoding="utf-8")
    (root / "etc/apt/apt.conf.d/image").write_text(APT_KEEPS_NOTHING, encoding="utf-8")
    (root / "etc/dpkg/dpkg.cfg.d/image").write_text(DPKG_IS_SLIM, encoding="utf-8")
    for archive in root.glob("var/cache/apt/archives/*.deb"):
        archive.unlink()


def _import(engine: Engine, root: Path, image: str) -> None:
    command = [engine.client, "import", "--change", f"ENV PATH={PATH}", "-", image]
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            command,
            env=engine.environment(),
            stdin=archive.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    if archive.returncode:
        raise OSError(f"tar cannot read {root}")
