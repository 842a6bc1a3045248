"""The lock that a fork leaves usable."""

from __future__ import annotations

import os
import threading

# fork() waits until no other thread holds this lock, and the child finds it free. There is one for
# the whole runtime, so that nobody has to think about the order in which several are taken.
fork_lock = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=fork_lock.acquire,
        after_in_parent=fork_lock.release,
        after_in_child=fork_lock.release,
    )
