"""The address the portal listens on. The launcher takes the port itself and hands it down, so two clones never race."""

import errno
import socket

from federation.launching.children import ChildFailed

FIRST_PORT = 8000
LAST_PORT = 8099
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def listen(host: str, port: int | None) -> socket.socket:
    """On the port asked for, or on the first free one."""
    ports = range(FIRST_PORT, LAST_PORT + 1) if port is None else [port]
    for candidate in ports:
        try:
            return listener(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ChildFailed(f"不能在 {host} 上开放服务：{error.strerror}。") from error
    if port is None:
        raise ChildFailed(f"{FIRST_PORT} 到 {LAST_PORT} 的端口都已占用，请用 --port 另指一个。")
    raise ChildFailed(f"端口 {port} 已被占用，或当前账号无权使用。请用 --port 换一个。")


def listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def shown(host: str, port: int) -> str:
    """What to type into the browser."""
    if host in ("0.0.0.0", "::"):
        host = own_address()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def local(host: str, port: int) -> str:
    """Where this machine reaches it."""
    if host == "0.0.0.0":
        host = "127.0.0.1"
    return shown("::1" if host == "::" else host, port)


def allowed_hosts(host: str) -> str:
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in LOOPBACK:
        names += [socket.gethostname(), own_address(), f"[{host}]" if ":" in host else host]
    return ",".join(dict.fromkeys(names))


def own_address() -> str:
    """The address by which other machines see this one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
