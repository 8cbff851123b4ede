"""Why a file cannot be read or written, as the system or the reader of TOML says it, in both languages."""

import errno
import re

from rulebooks.sentences import Worded

OF_SYSTEM = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经有了",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额满了",
    errno.EROFS: "磁盘只读",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被占用",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕了一圈",
    errno.EMFILE: "打开的文件太多",
    errno.ECONNREFUSED: "对方没有接受连接",
    errno.ECONNRESET: "对方断开了连接",
    errno.EPIPE: "对方断开了连接",
    errno.ETIMEDOUT: "等不到回答",
    errno.EHOSTUNREACH: "到不了对方的地址",
    errno.ENETUNREACH: "网络不通",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "不是本机地址",
}
"""The Chinese of an error of the system by its number; another one is shown by its number."""

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
"""Where the TOML reader stopped: its exceptions carry a sentence alone."""


def system_fault(error: OSError) -> Worded:
    english = error.strerror or str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        return Worded(english, OF_SYSTEM[errno.ETIMEDOUT])
    number = error.errno or 0
    if number < 0:  # of a look-up of a name
        return Worded(english, "查不到这个地址")
    return Worded(english, OF_SYSTEM.get(number, f"系统错误 {number}" if number else "系统出错"))


def toml_fault(error: ValueError) -> Worded:
    """Why a text is no TOML: no UTF-8, or a place where it cannot be read."""
    if isinstance(error, UnicodeDecodeError):
        return Worded(str(error), f"第 {error.start + 1} 个字节起不是 UTF-8 文字")
    if place := _PLACE.search(str(error)):
        return Worded(str(error), f"第 {place[1]} 行第 {place[2]} 列起读不懂")
    return Worded(str(error), "到末尾还没有写完")
