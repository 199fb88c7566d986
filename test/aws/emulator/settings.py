"""What tests can change: settings, a string each, and lists of rules that may be used up."""

import json
import os
import threading

DEFAULTS = {
    # execution
    "machines": "",
    "stubs": "",
    "node": "",
    "docker": "",
    "project": "",
    "exec": "",
    "exec_env": "",
    "time_scale": "1",
    # faults
    "lag": "0",
    "agent_offline": "",
    "agent_lost": "",
    "hang": "",
    "capacity": "",
    "unoffered": "",
    "throttle": "",
    "deny": "",
    "denied_by": "",
    "expired": "",
    # the account
    "quotas": "",
    "image_release": "",
    "root_gib": "15",
}

SETTINGS = {name: os.environ.get("EMU_" + name.upper(), value) for name, value in DEFAULTS.items()}

# Lists of the control API, see README.md.
CONTROL = {"s3fail": [], "commands": [], "log": [], "calls": []}

LOCK = threading.RLock()


class Server:
    """The emulator's port and folder for files; set once at start."""

    port = 5000
    state = ""

    @classmethod
    def url(cls):
        """Returns the address, with an IP number, so that SDKs use path-style S3 requests."""
        return f"http://127.0.0.1:{cls.port}"


def number(name):
    """Returns a setting as a number; 0 if it is empty."""
    return float(SETTINGS[name] or 0)


def change(values):
    """Changes settings. Refuses unknown names, which are mistakes in a test."""
    unknown = sorted(set(values) - set(DEFAULTS))
    if unknown:
        raise KeyError(f"no such setting: {', '.join(unknown)}; there are {', '.join(DEFAULTS)}")
    with LOCK:
        for name, value in values.items():
            if value is None:
                SETTINGS[name] = DEFAULTS[name]
            elif isinstance(value, bool):
                SETTINGS[name] = "1" if value else ""
            elif isinstance(value, (dict, list)):
                SETTINGS[name] = json.dumps(value)
            else:
                SETTINGS[name] = str(value)


def record(call):
    """Adds a call to the list `calls`, as `service:Action`, once."""
    name = ":".join(call)
    with LOCK:
        if name not in CONTROL["calls"]:
            CONTROL["calls"].append(name)


def split(text):
    """Splits a comma-separated list."""
    return [entry for entry in text.split(",") if entry]


def take(name, matches):
    """Tells whether an entry `what[:times]` of a list matches, and counts its use."""
    with LOCK:
        entries = split(SETTINGS[name])
        for position, entry in enumerate(entries):
            head, _, times = entry.rpartition(":")
            what, left = (head, int(times)) if times.isdigit() else (entry, None)
            if not matches(what):
                continue
            if left is not None:
                entries[position : position + 1] = [f"{what}:{left - 1}"] if left > 1 else []
                SETTINGS[name] = ",".join(entries)
            return True
    return False


def use_up(rules, rule):
    """Counts a use of a rule with `times`, and removes it after the last one."""
    with LOCK:
        if "times" not in rule:
            return
        rule["times"] -= 1
        if rule["times"] <= 0 and rule in rules:
            rules.remove(rule)


def tags_of(instance):
    """Returns the tags of an instance as a dict."""
    return {tag["key"]: tag["value"] for tag in instance.get_tags()}


def is_selected(instance, listing):
    """Tells whether a comma-separated list of tag=value, instance type, id or * selects an instance."""
    names = {f"{key}={value}" for key, value in tags_of(instance).items()}
    names |= {instance.instance_type, instance.id, "*"}
    return any(entry in names for entry in split(listing))
