"""Says as JSON which Python this is, and how it was built."""

import json
import os
import platform
import re
import sys
import sysconfig


def say(name):
    return str(sysconfig.get_config_var(name) or "")


optimized = re.findall(r"-O\w", say("OPT") + " " + say("PY_CFLAGS") + " " + say("CONFIGURE_CFLAGS"))
given = say("CONFIG_ARGS")
if not optimized and say("OPT"):
    optimized = ["no -O"]
optimization = optimized[-1:] + [what for option, what in (("--enable-optimizations", "PGO"), ("--with-lto", "LTO")) if option in given]
if sysconfig.get_config_var("Py_DEBUG"):
    optimization = ["debug"]

print(json.dumps({
    "implementation": platform.python_implementation(),
    "version": platform.python_version(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "has_gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "compiler": platform.python_compiler(),
    "optimization": ", ".join(optimization) or "unknown",
    # In a virtual environment, mostly the one that it was made from.
    "executable": os.path.realpath(sys.executable) if sys.executable else "",
    "build": sys.version,
}))
