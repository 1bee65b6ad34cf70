"""Doing a part of a test as a customer: uid 1000, with the device's group and without root's rights."""

import grp
import os
import sys

import qenex

GROUP = grp.getgrnam("qenex").gr_gid
CUSTOMER = 1000


def as_customer(work, groups=(GROUP,)):
    """Runs `work` in a child as the customer; its failures count."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups(list(groups))
            os.setgid(CUSTOMER)
            os.setuid(CUSTOMER)
            work()
        except BaseException as problem:  # whatever it is, the parent must hear of it
            print(f"FAILED in the customer's part: {problem!r}", flush=True)
            os._exit(1)
        sys.stdout.flush()
        os._exit(1 if qenex.failures else 0)
    _, status = os.waitpid(child, 0)
    qenex.check("the customer's part went well", status, 0)
