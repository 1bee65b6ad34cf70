"""A daemon that serves the API on the kernel's ledger, which can be killed and started again."""

import os
import subprocess
import sys
import time

sys.path.insert(0, "api")
from client import Client

STORE = "/var/lib/qenex/store"
SOCKET = "/run/qenex/api.sock"
CONFIG = "/run/qenexd.toml"
# The least there is: a processor that is emulated would be busy with it.
SETTINGS = "[people]\niterations = 100000\n"


class Daemon:
    def __init__(self, settings=SETTINGS, store=STORE, **environment):
        with open(CONFIG, "w", encoding="ascii") as file:
            file.write(settings)
        command = ["qenexd", "run", "--store", store, "--config", CONFIG, "--demo"]
        self.log = open("qenexd.log", "ab")
        self.process = subprocess.Popen(command, stderr=self.log, env=os.environ | environment)
        begun = time.monotonic()
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() - begun > 60:
                sys.exit("FAILED: the daemon is not ready")
            time.sleep(0.05)

    @staticmethod
    def is_ready():
        try:
            return Client(SOCKET).call("GET", "/readyz").status == 200
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait()
