"""Archives that no tar makes, or that none makes by itself: make.py KIND ARCHIVE HOME."""
import io
import os
import sys
import tarfile

kind, path, home = sys.argv[1:]
formats = {"python-gnu": tarfile.GNU_FORMAT, "python-pax": tarfile.PAX_FORMAT}
extra = {"pax_headers": {"comment": "made by hand"}} if kind == "global-header" else {}
archive = tarfile.open(path, "w:gz", format=formats.get(kind, tarfile.PAX_FORMAT), **extra)


def member(name, type_=tarfile.REGTYPE, content=b"", link="", headers=None):
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname, info.mode = type_, len(content), link, 0o644
    info.pax_headers = headers or {}
    archive.addfile(info, io.BytesIO(content))


def attributes(info):
    # A value may hold anything, the end of a line included.
    info.pax_headers = {"SCHILY.xattr.user.note": "a\nsize=7\nb", "SCHILY.acl.access": "user::rw-,group::r--"}
    return info


if kind == "apple-double":
    member("._data", content=b"\0\5\x16\7")
    member("._config.json", content=b"\0\5\x16\7")
archive.add(os.path.join(home, "data"), "data", filter=attributes if kind == "attributes" else None)
archive.add(os.path.join(home, "config.json"), "config.json")
if kind == "file-then-folder":
    member("data/x", content=b"1")
    member("data/x", tarfile.DIRTYPE)
elif kind == "folder-then-file":
    member("data/x", tarfile.DIRTYPE)
    member("data/x", content=b"1")
elif kind == "folder-then-link":
    member("data/x", tarfile.DIRTYPE)
    member("data/x", tarfile.SYMTYPE, link="20211123")
elif kind == "below-a-file":
    member("data/x", content=b"1")
    member("data/x/y", content=b"1")
elif kind == "name-of-nothing":
    member("data/x", tarfile.LNKTYPE, link="data/nothing")
elif kind == "name-of-itself":
    member("data/x", content=b"1")
    member("data/x", tarfile.LNKTYPE, link="data/x")
elif kind == "name-of-a-folder":
    member("data/x", tarfile.LNKTYPE, link="data/20211123")
elif kind == "long-name":
    member("data/" + "n" * 256, content=b"1")
elif kind == "deep":
    member("data/" + "d/" * 400 + "x", content=b"1")
elif kind == "device":
    member("data/x", tarfile.CHRTYPE)
elif kind == "pipe":
    member("data/x", tarfile.FIFOTYPE)
elif kind == "absolute":
    member("/tmp/mattermost-lab-escaped", content=b"1")
elif kind == "climbing":
    member("data/../../escaped", content=b"1")
elif kind == "foreign":
    member("etc/passwd", content=b"1")
elif kind == "link-out":
    member("data/x", tarfile.SYMTYPE, link="/etc")
elif kind == "behind-a-link":
    member("data/x", tarfile.SYMTYPE, link="20211123")
    member("data/x/y", content=b"1")
elif kind == "star-sparse":
    member("data/x", content=b"1", headers={"SCHILY.realsize": "4194304"})
elif kind == "unknown-kind":
    member("data/x", b"Z")
archive.close()
