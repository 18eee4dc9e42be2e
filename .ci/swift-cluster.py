"""A cluster of OpenStack Swift with its S3 interface on this machine alone, for tests: one device, one replica, loopback.

    /usr/bin/python3 .ci/swift-cluster.py FOLDER PORT

Needs Debian's python3-swift, and a file system with extended attributes at FOLDER. The proxy listens on PORT, the three
storage servers on the ports after it. Ends with its input, and takes its servers along. Nothing is read from or written to
/etc/swift.
"""
import ctypes
import getpass
import os
import signal
import sys

# Its own resolver waits for ever where no name server answers.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"

from swift.common.ring import RingBuilder  # noqa: E402

folder, port = sys.argv[1], int(sys.argv[2])
user = getpass.getuser()
common = f"""bind_ip = 127.0.0.1
user = {user}
swift_dir = {folder}
log_level = WARNING
workers = 0
"""
storage = f"""[DEFAULT]
{common}bind_port = %d
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = %s-server
[app:%s-server]
use = egg:swift#%s
"""
proxy = f"""[DEFAULT]
{common}bind_port = {port}
[pipeline:main]
pipeline = catch_errors cache s3api tempauth bulk slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
max_bucket_listing = 50
[filter:tempauth]
use = egg:swift#tempauth
user_kbvault_tester = {os.environ["AWS_SECRET_ACCESS_KEY"]} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
"""


def write(name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def make_ring(kind, server_port):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev(
        dict(id=0, region=1, zone=1, ip="127.0.0.1", port=server_port, device="d1", weight=1)
    )
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f"{kind}.ring.gz"))


def serve(name, kind):
    """Runs a server in a process of its own."""
    child = os.fork()
    if child != 0:
        return child
    # Dies with the cluster, also when that is killed.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    from swift.common import utils
    from swift.common.wsgi import run_wsgi

    utils.set_swift_dir(folder)
    options = dict(verbose=True)
    if kind == "object":
        from swift.obj.server import global_conf_callback

        options["global_conf_callback"] = global_conf_callback
    sys.exit(run_wsgi(os.path.join(folder, f"{name}.conf"), name, **options))


os.makedirs(os.path.join(folder, "devices", "d1"), exist_ok=True)
write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = kbvault\n[storage-policy:0]\nname = one\ndefault = yes\n")
write("proxy-server.conf", proxy)
kinds = ["account", "container", "object"]
for number, kind in enumerate(kinds, 1):
    make_ring(kind, port + number)
    write(f"{kind}-server.conf", storage % (port + number, kind, kind, kind))
children = [serve(f"{kind}-server", kind) for kind in kinds]
children.append(serve("proxy-server", "proxy"))
sys.stdin.read()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
